# The command line: reports, tables and errors. (What --help says of an argument stands beside the argument.)

about = Memory models, live: a food-caching bird and its barcodes, a transformer that learns mazes in context
# $problem: a sentence of the reader of arguments
wrong-arguments = { $problem } (chickadee --help lists the commands)
computing = computing, { $seconds } s
parts-done = { $done } of { $all } done
parts-left = { $done } of { $all } done, about { $left } left
stopped = stopped when { $done } of { $all } parts were done; nothing was written
milliseconds = { $milliseconds } ms
seconds = { $seconds } s
minutes = { $minutes } min
hours = { $hours } h { $minutes } min

## Errors

maze = the maze { $name }: { $error }
model = the model { $name }: { $error }
unreadable = { $name } cannot be read: { $error }
unwritable = { $name } cannot be written: { $error }
locked = { $name } is being written by another process
no-lock = { $name } cannot be locked against other processes: { $error }
model-without-maze = a transformer works in the maze lab: begin the link with lab=maze
cpu-alone = this build computes on the CPU alone
no-gpu = this build does not use the GPU
no-gpu-to-compare = this build does not use the GPU, so there is nothing to compare
no-gridworld = the 5 × 5 gridworld cannot be made
no-window = this build has no window; try: chickadee run place-to-barcode
window-fails = the window cannot be opened ({ $error }); without a display, try: chickadee run place-to-barcode
units-outside = --units { $units } is outside 100 … 15000
widths-outside = --widths { $width } is not a multiple of 4 up to 4096
contexts-outside = --contexts { $context } is outside 1 … 100000
questions-for-transformer = --questions is for --of transformer: the other models are asked nothing
no-output = the output cannot be written: { $error }
empty-table = the table “{ $table }” has no rows: nothing that it holds was asked for, or has happened since the link was opened
no-command = there is no command { $name } (chickadee --help lists them)

## chickadee run

machine = machine
state-hash = state hash
link = link
unknown = unknown
transformer = transformer
    .is = { $name } ({ $hash })
memories = memories
    .are = { $look } of { $all }, { $rewards ->
        [one] 1 reward
       *[other] { $rewards } rewards
    }
agent = agent
    .is = at state { $at } of { $states }, goal { $goal }
value = return
right-decisions = right decisions
alignment = alignment
    .is = { $layers } (senses { $senses })
two-tasks = two tasks
    .are = layer { $layer }: same place { FIXED($same, digits: 3) }, others { FIXED($different, digits: 3) }
rewards = rewards
q-table = Q-table
bird = bird
    .is = { $doing } at place { $place }, step { $step } of { $steps }
active-fraction = active fraction
seeds = seeds
place = place { $place }
seed-is = weight { $weight }, seed output { $output }, place output peaks at { $peak }

## chickadee selftest

selftest-of = GPU against CPU: { $adapter }
operation = operation
error = error
tolerance = tolerance
none = none
agrees = ok
differs = DIFFERS

## chickadee bench

bench-barcode = barcode network on the CPU, { $cores } cores; a step of one place and of 100, in the barcode state and at gain 0
    .one = barcode, 1
    .hundred = barcode, 100
    .state = barcode
bench-place-one = place, 1
bench-place-hundred = place, 100
bench-place-state = place
bench-weights = weights
    .of = weights, N = { $units }
bench-cache = cache
    .of = one cache, N = { $units }
bench-places = 100 places
bench-steps = { $steps } steps
bench-transformer = transformer of 3 layers on the CPU, one core; least of some runs
bench-context = context
bench-memory = one memory
bench-query = one query
bench-policy = policy field
bench-decision = decision
bench-gradient = gradient by tokens
bench-gpu = { $adapter }, and the CPU with { $cores } cores
bench-selftest = quick self-test, kernels compiled
bench-dispatches = 1000 dispatches
bench-product = product of { $n } × { $n } matrices
bench-of = { $what }, d = { $width }, T = { $length }
bench-halves = { $what }, 16 bits
bench-step = { $state } step, N = { $units }, states: { $places }
no-such-weights = --weights: there are none of that name for the { $family }; expected one of { $there_are }
expects-seeds = expected a seed, or two with a dash between them, the smaller one first
too-many-seeds = --seeds: more than { $most } seeds; expected at most { $most }
