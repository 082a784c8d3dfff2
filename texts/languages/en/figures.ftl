# The lab of figures: those of the barcode paper, recomputed here.

figures = Figures
hint = The figures of the barcode paper, recomputed here beside the published values
about = Every simulation figure of the barcode paper as a protocol that runs here. Choose a figure and how many networks of which size, and recompute it: means and their intervals grow beside the published values, and each value gets a verdict.
free = Choose a figure and recompute it here: open circles are the published values, full lines are ours.
model = network
scene = All figures
scene-look-for = Choose a figure and recompute it here: open circles are the published values, full lines are ours.

## Settings

set-figure = Figure
set-figure-help = A figure of the barcode paper, by its number.
set-seeds = Networks
set-seeds-help = Independent networks, of the random seeds 1, 2, 3 and so on: the more, the smaller the intervals, and the longer it takes.
set-units = Units
set-units-help = Units of each network. The paper has 5,000; the time grows with the square.
set-published = As published
set-published-help = A quirk of the authors’ code is reproduced, where there is one.
too-few-units = units={ $units } is too few for { $name }; { $least } is used
wrong-run = run={ $value } was ignored; expected on, off or a number of pieces

## Changes that undo takes back

undo-recompute = recompute
undo-stop = stop
undo-set = set { $key }

## Events

spoken-recomputed = Figure { $figure } is recomputed: { $agree } of { $values } published values agree.

## Panels

list = All figures
list-hint = Published curves, and ours as soon as there are some
plots = Figure
plots-hint = Open circles: published; full: ours, with 95 % intervals
values = Published values
values-hint = Ours beside them
settings = Settings
settings-hint = How many networks, of which size
heading = { $name }: { $title }
recompute = Recompute here (R)
recompute-help = The protocol of the figure, with so many networks of this size: means and intervals come as it goes on
go-on = Go on (R)
go-on-help = Computes the pieces that are not there yet
stop = Stop (X)
stop-help = Ends computing and keeps what is there
open-lab = Open the lab
open-lab-help = The lab in the state that shows what the figure is about
save-csv = Save CSV
save-csv-help = All points, ours and the published ones, as a table
save-svg = Save SVG
save-svg-help = The drawing for print
save-png = Save PNG
save-png-help = The same as an image
no-pieces = { $done } of { $pieces } pieces; about { $time } here, by what such pieces take elsewhere
some-pieces = { $done } of { $pieces } pieces; about { $time } for the rest
all-pieces = All { $pieces } pieces are there
seconds = { $number } s
minutes = { $number } min
hours = { $number } h
not-yet = Not computed yet
published-of = { $name } (published)
no-values = Nothing of it was published in numbers
verdicts-are = { $inside } inside both intervals, { $reading } within the reading error, { $undecided } undecided, { $outside } outside, { $open } open
verdict-rule = Inside: each mean lies in the other’s 95 % interval. Within reading error: they differ by no more than the published value can be read off its figure. Undecided: one mean lies in the other’s interval, but not the other way round; more networks would tell. Else outside.
series-of = { $title } · { $series }
published = published
ours = ours
verdict = verdict
# A cell of a narrow table: within the reading error
reading = reading
ours-are = { $mean } [{ $low }, { $high }]
of-runs = Mean of { $runs ->
        [one] one run
       *[other] { $runs } runs
    }, with its interval
interval-is = { $low } to { $high }, with the error of reading

open-figure = { $name }: { $title }. Opens it, to be recomputed beside the published values

## Keys

keys-recompute-do = recompute the figure
keys-stop-do = stop
keys-next-do = next figure
keys-last-do = figure before

## Files

saved = Saved as { $name }
not-saved = { $name } could not be saved: { $error }
