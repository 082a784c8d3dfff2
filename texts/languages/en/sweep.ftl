# Sweeps: what is wrong with a specification, a folder or a run, and what was done.

## Specifications

at = { $file }:{ $line }:{ $column }: { $says }
missing = “{ $key }” is missing
unknown-key = there is no “{ $key }” here
expects-kind = expected one of { $keys }, as in lab = "caching"
expects-text = expected a text in quotes
expects-number = expected a number
expects-whole = expected a whole number from { $low } to { $high }
a-whole-number = a whole number
expects-values = expected a text, a number, true or false
expects-one = expected at least one value
expects-scale = expected "linear" or "log"
expects-rising = expected a smaller and then a larger number, not { $from } and { $to }
expects-positive = expected numbers above 0 on a scale of logarithms, not { $from }
expects-ends = expected two numbers, [least, largest]
expects-settings = expected settings, as in gain = [0, 0.5, 1]
expects-seeds = expected a list of seeds, or {"{"} from = 1, count = 20 {"}"}
seeds-not-seed = seeds are given by “seeds”, above the settings
expects-readouts = expected a list of names, as in ["state_hash"]
expects = “{ $value }” is not possible here: expected { $expected }
twice = { $value } is there twice
column-twice = there are two columns “{ $name }”
no-setting = the { $lab } lab has no setting “{ $key }”; it has { $settings }
no-eval-setting = the evaluation has no setting “{ $key }” here; it has { $settings }
no-readout = there is no readout “{ $path }”; here there are: { $names }
model-of-other-mazes = { $name } was made for other mazes than those of the link: say task=gridworld or task=tree there
lab-without-seed = the { $lab } lab has no seed; its figures are computed by chickadee figure
without-values = no run has a value of { $names }: such entries come and go with the settings
nothing-below = nothing below a single value
nothing-random = “{ $key }” says nothing: no setting is drawn, as in gain = {"{"} random = [0, 1] {"}"}
no-samples = “samples” is missing: how often are the random settings drawn?
other-lab = the link is of another lab than { $lab }
too-many-runs = more than { $most } runs: expected fewer values or seeds
too-long = expected at most { $longest } KiB

## Shards, folders and records

expects-shard = expected I/N, as in 3/16
shard-outside = there is no shard { $index } of { $count }: I is 1 to N, N at most { $most }
too-many-shards = { $count } shards are more than there are runs: { $most }
no-specification = { $name } holds { $file }, but no sweep.toml: expected an empty folder or that of a sweep
other-sweep = { $name } holds another sweep: take another folder, or the specification in its sweep.toml
other-count = { $name } holds shards of { $count }, not of { $given }: go on with --shard I/{ $count }, or take another folder
other-columns = { $name }, line 1: the columns are not those of this sweep
bad-record = { $name }, line { $line }: not a record of this sweep
run-twice-in-file = { $name } holds run { $run } twice
run-twice = run { $run } is there twice, in { $one } and in { $two }
missing-runs = { $missing } of { $all } runs are missing ({ $runs }): run --shard { $shards } again

## Runs

run-fails = run { $number } (seed={ $seed } { $settings }): { $error }
run-panics = run { $run } failed; please report it with the specification
stopped = stopped when { $done } of { $all } runs were finished and kept; the same command goes on from there
finished = { $runs ->
        [one] 1 run
       *[other] { $runs } runs
    } finished: { $name }; one table by: chickadee merge { $out }
merged = { $runs ->
        [one] 1 run
       *[other] { $runs } runs
    }, each once: { $name }

## Before the work

dry-runs = runs
    .are = { $runs } ({ $combinations } combinations of settings, seeds: { $seeds })
dry-measured = measured
    .are = { $count ->
        [one] 1 run, { $most }
       *[other] { $count } runs, { $least } to { $most } each
    }
dry-here = here
    .is = about { $all } on { $cores ->
        [one] 1 core
       *[other] { $cores } cores
    }
dry-shards = in shards
dry-shard = I/{ $count }: { $time } each, runs: { $runs }
