# What every lab says: errors of commands, settings and links, notes, and the changes that undo takes back.

## Commands

-command = a command is text like "fly:20" or an object like { "{" }do: "fly", to: 20{ "}" }
command-is = { -command }
not-a-command = { -command }, not { $found }
object-without-do = an object without “do”
nothing-found = nothing
switch-found = true or false
number-found = a number
list-found = a list
unknown-command = “{ $found }” is not a command; try fly:20, cache, check, goal:12, set:gain=0.5, play, pause, step, reset, undo or scene:NAME
wrong-argument = { $verb } expects { $expected }, not “{ $found }”
verb-of-another-lab = the { $lab } lab has no “{ $verb }”
no-backend-here = a backend is chosen by a window, a page, or `chickadee run --backend`
expects-steps = a number of steps from 1 to 1000000
expects-setting = key=value, as in set:gain=0.5
expects-speed = a factor from 0.01 to 1000
expects-move = two small whole numbers, as in move:1,0
-backends = auto, gpu or cpu
expects-backend = { -backends }
backend-unknown = backend should be { -backends }

## Settings

expects-range = a number from { $min } to { $max }
or-number = or a number from 1
clamped = { $key }={ $given } is outside { $low } … { $high }; { $used } is used
rounded = { $key }={ $given } is no whole number; { $used } is used
expects-switch = on or off
unknown-setting = “{ $key }” is not a setting of the { $lab } lab; it was ignored
not-a-number = { $key }={ $value } is not a number; { $key } stays { $kept }
unknown-word = { $key }={ $value } was ignored; { $key } is one of { $expected }

## Links

too-long = the link is { $bytes } bytes long; links of up to { $longest } bytes are read
no-lab = there is no lab “{ $name }”; the labs are { $labs }
no-scene = there is no scene “{ $name }”; scenes are { $scenes }
not-a-link = “{ $found }” is neither a scene ({ $scenes }) nor a link (lab=caching&seed=42&caches=20,35)
damaged = the link is damaged near “{ $place }”: copy it again
no-table = the { $lab } lab has no table “{ $name }”; its tables are { $tables }
log-too-long = log: it is too long; it ends before “{ $entry }”
more-messages = { $more ->
        [one] one more problem with the link is not shown
       *[other] { $more } more problems with the link are not shown
    }
log-ends = log: “{ $entry }” was not understood; the log ends before it
# Names, the last after “and”.
names = { $rest } and { $last }

## Devices

# $trouble: a sentence without a full stop
gave-up = { $trouble }; the lab goes on with the CPU, and nothing is lost
gave-up-workers = { $trouble }; the lab goes on without workers, and nothing is lost

## Changes that undo takes back

undo-set = set { $key }
undo-reset = reset
undo-scene = scene
undo-link = open link
