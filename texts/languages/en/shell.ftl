# What stands around every lab: top bar, help, settings, notices, the choice of device, options of a page.

drop-files = Drop { $kinds }
keys-redo = Ctrl+Shift+Z
keys-undo = Ctrl+Z
keys-space = Space
keys-play-do = play or pause
keys-step-do = one step
keys-home = Home
keys-reset-do = forget everything
keys-tab = Tab
keys-tab-do = to the next control
keys-escape = Esc
keys-escape-do = close Help and other boxes
spoken-reset = All memories are forgotten.
# $change: the name of a change that undo takes back
spoken-undone = Undone: { $change }.
spoken-redone = Redone: { $change }.
file-unknown = { $name } is neither { $files }
option-ignored = { $key }={ $value } was ignored; it should be { $expected }
expects-switch = on or off
expects-address = an address that begins with http:// or https://
option-type = the option “{ $key }” must be { $expected }, not { $found }
option-unknown = “{ $key }” is not an option of the page; it was ignored
expects-count = auto or a whole number up to { $most }
runs-on = Runs on
whichever-is-faster = Whichever is faster
whichever-is-faster-help = The GPU where it agrees with the CPU and is faster for this lab
gpu-help = Also where it is slower; its last bits differ from machine to machine
cpu-help = The same link gives the same bits everywhere
self-test-is-running = Self-test is running …
self-test-in-full = Self-test in full
self-test-help = Every operation of the GPU against the CPU, on awkward sizes: some seconds
cpu-ms-step = CPU { FIXED($ms, digits: 2) } ms/step
the-gpu = the GPU
runs-on-gpu = The { $what } runs on { $adapter }: { $reason }.
one-core-simd = one core, SIMD
# $count, $megabytes: numbers
workers-simd = { $count ->
        [one] one worker
       *[other] { $count } workers
    } beside the page, with { $megabytes } MB of weights, SIMD
no-workers = Without workers: { $reason }.
cpu-workers = CPU, { $count ->
        [one] 1 worker
       *[other] { $count } workers
    }
all-cores-simd = all cores, SIMD
runs-on-cpu = The { $what } runs on the CPU ({ $cores }), where the same link gives the same bits everywhere: { $reason }.
operations-agreed = { $operations } operations agreed with the CPU in a self-test of { FIXED($ms, digits: 0) } ms.
state-hash = State hash { $hash }.
paper-of = The { $name } lab: { $reference }
independent = Chickadee { $version } is an independent re-implementation, not the authors' code. MIT or Apache-2.0.
bar-title = Lab, scene and time
what-to-look = What to look for
help-and-about = Help and about
dismiss-the-message = Dismiss the message
figure-help = The figure of { $paper } that this scene shows
chickadee = Chickadee
reset-help = Forget all memories, keep the settings
reset = Reset
copy-link-short = Link
copy-link = Copy link
copy-link-help = Copy a link that brings exactly this state back
copied = Copied { $link }
copied-state = Copied the state without an address: { $link } opens with chickadee --link, or behind the address of any page of Chickadee
help-help = Keys, the papers, what this is
help = Help
scene = Scene
undo = Undo
undo-what = Undo: { $what }
redo = Redo
pause-space = Pause (Space)
play-space = Play (Space)
step = One step (.)
speed = Speed
system = System
light = Light
dark = Dark
projector = Projector
theme = Theme
file-not-here = { $name } cannot be opened here
name-unknown = { $option }={ $name } was ignored; there is no panel, setting or button of that name
seed = Seed
more = More…
more-help = All other settings
fastest = fastest
model = model
between-kinds = { " or " }
between-refused = { " nor " }
between-endings = { " or " }
