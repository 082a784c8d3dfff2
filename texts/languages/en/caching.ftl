# The caching lab: panels, hovers, names for screen readers, spoken lines.

keys-move = ← → ↑ ↓ or A D W S
keys-move-do = fly to the next place
keys-cache-do = cache a seed here
keys-check-do = check this place for a seed
keys-forage-do = forage: the bird decides by itself
map-name = Map: the bird is at place { $bird }. Click a place to fly there
looking-around = Looking around
caching-a-seed = Caching a seed
checking-for-a-seed = Checking for a seed
place = place { $place }
step = step { $step } of { $steps }
a-seed-is-cached = , a seed is cached here
points-to-place = , points to place { FIXED($peak, digits: 0) }
place-output = Place { $place }{ $seeds }: seed output { FIXED($seed-ratio, digits: 2) }{ $toward }
place-only = Place { $place }{ $seeds }
a-seed = a seed is here
no-seed = no seed here
answer-points = ; memory points to place { FIXED($peak, digits: 0) }
place-answer = Place { $place }: { $whether } (seed output { FIXED($seed-ratio, digits: 2) }){ $toward }
no-seed-is-cached = No seed is cached yet
cached-check-a-place = { $memories ->
        [one] 1 seed
       *[other] { $memories } seeds
    } cached; check a place to ask the memory
cache-help = Make a barcode here and bind place and seed to it
cache = Cache a seed (C)
check-help = Ask the memory whether a seed is here
check = Check (R)
forage-help = The bird flies, caches and checks by itself
forage = Forage (F)
no-memories = Cache a seed (C): its barcode appears here. The synapses hold it until you take it out.
replay-the-history = Replay the history with the settings of now
cache-all-again = Cache all again
cos-barcode-now = cos: barcode now with barcode before
memory-at-place = { $number } · place { $place }
the-synapses-hold = The synapses hold it with a norm of { FIXED($footprint, digits: 1) } (weight × η/N × |a + β| × |a|)
weight-help = How much of it the synapses hold: 1 as stored, 0 as if forgotten
cosine = cos { FIXED($cosine, digits: 2) }
how-alike-this-barcode = How alike this barcode is to the one of the history before: later barcodes depend on earlier memories
pin-barcode-and-compare = Pin barcode { $number } and compare it with activity, unit by unit
compare = Compare
barcode-place = barcode { $number }, place { $place }
take-memory-out = Take memory { $number } out of the synapses
remove = Remove
replay-history-as-if = Replay history as if seed { $number } had never been cached
without-it = Without it
barcode-of-memory = Barcode of memory { $index }
caching = Caching
hint = A bird caches seeds: a recurrent network makes a barcode for each
about = A bird caches seeds. At each cache the recurrent network's chaotic dynamics make a barcode, and Hebbian learning binds place and seed to it. Near the cache the barcode comes back, and the network says: a seed is here.
free = Fly by clicking the map or with the arrow keys; C caches a seed, R checks for one.
paper-short = Fang et al. (2025)
paper = C. Fang, J. Lindsey, L. F. Abbott, D. Aronov, S. N. Chettih, “Barcode activity in a recurrent network model of the hippocampus enables efficient memory binding”, eLife 103512 (2025).
map = Map
map-hint = The size of a dot is the seed output there
population = Population
population-hint = Blue: place code, orange: barcode
recall = Recall
recall-hint = Is a seed here, and where is it?
similarity = Similarity
similarity-hint = How alike places look to the network
memories = Memories
memories-hint = Seeds in the synapses
settings = Settings
settings-hint = Hover for what they do
all-settings = All settings
a-seed-is-cached-at-place = A seed is cached at place { $place }.
checked-points = , memory points to place { FIXED($peak, digits: 0) }
place-checked = Place { $place }: { $whether }, seed output { FIXED($seed-ratio, digits: 2) }{ $toward }.
activity-overflowed-after-step = Activity overflowed after step { $step }.
making-the-network = Making the network: { FIXED($part, digits: 0) } %
population-name = Activity of all units over { $done } of { $steps } settling steps; drag to look at a step
units-by-place-field = units by place field
settling-steps = settling steps
step-is = step { $step } · active { FIXED($active, digits: 1) } % · max { FIXED($max, digits: 2) } · correlation with place code { FIXED($likeness, digits: 2) }
keep-this-moment = Keep this moment, to compare other moments with it unit by unit
pin = Pin
pinned-place = place { $place }, step { $step } of a { $episode }
unpin = Unpin
follow-the-latest-step = Follow the latest step again
latest = Latest
pinned = pinned: { $label }
preferred-place = preferred place
pinned-against-now-r = pinned against now: r = { FIXED($r, digits: 2) }
precise = Precise
precise-help = Only the cached place itself is recognised
wide = Wide
wide-help = Seeds are found from farther away
search-computing = s = { FIXED($search, digits: 2) } · computing { FIXED($part, digits: 0) } %
search-felt = s = { FIXED($search, digits: 2) } · a seed is felt from { $found } of { $places } places
seed-output = seed output
place-of-the-bird = place of the bird
seed-output-of-largest = seed output (of largest)
place-output-for-every = Place output for every place of the bird
where-memory-points = where memory points
from-place-towards-place = From place { $from }, towards place { $to }: { FIXED($value, digits: 1) }
units-n = Units N
new-seed-another-bird = New seed: another bird
ring = Ring
ring-help = A closed track of places; the paper's main model
arena = Arena
arena-help = A square arena seen from above; the paper's supplement in two dimensions
unordered-fields = Unordered fields
unordered-fields-help = A ring whose units have random, many-peaked tuning
safe = Safe
safe-help = The authors' step while it is stable; where it would overflow, a step with the same fixed points
reference = Reference
reference-help = The authors' step always: it overflows when a seed is cached inside another's basin
identity = Identity
identity-help = Each unit has one input unit
gaussian = Gaussian
gaussian-help = Each unit gets a random mixture of all input units
correlation-of-places = correlation of places at gain { FIXED($gain, digits: 2) }
computing = computing { FIXED($job, digits: 0) } %
correlation-between-the-activity = Correlation between the activity at every two places
places-and-r = Places { $row } and { $column }: r = { FIXED($r, digits: 2) }
visit-with-visit = visit with visit
stored-barcode-with-recall = stored barcode with recall
places-at-gain = places at gain { FIXED($gain, digits: 2) }
crosses = crosses: N = 5,000
crosses-help = Stored barcode against recall in the authors' network of 5,000 units, without counting noise (Fig. 3E)
distance-in-places = distance in places (8 are a site)
place-code = place code
barcode-with-recall = barcode with recall
model = network
weight = weight

## Settings

set-units = Units
set-units-help = Number of units in the network. The paper uses 5,000; smaller networks are quicker and recall less reliably.
set-inputs = Input units
set-inputs-help = Number of input units; 0 means as many as units. Another number makes the input weights Gaussian.
set-places = Places
set-places-help = Number of places in the world. Eight neighbouring places of the ring make one site.
set-seed = Seed
set-seed-help = Every random number follows from it. Another seed is another bird: other weights, other barcodes.
set-gain = Recurrent gain
set-gain-help = Strength of the recurrent weights during a visit. At 0 the network codes place; towards 1 a barcode breaks out.
set-search = Search strength
set-search-help = Input along the direction that all stored barcodes share. At 0 only the cached place itself is recognised; more finds seeds from farther away.
set-narrow = Precise search
set-narrow-help = Search strength of the Precise button.
set-wide = Wide search
set-wide-help = Search strength of the Wide button.
set-threshold = Seed threshold
set-threshold-help = Seed output, as a fraction of its largest value, above which the bird says: a seed is here.
set-sigma = Weight variance
set-sigma-help = Spread of the random recurrent weights, σ/√N each. More of it, more chaos; recall fails from about 11 on.
set-mu = Weight mean
set-mu-help = Mean of the recurrent weights, μ/N each: inhibition shared by all.
set-div = Divisive normalisation
set-div-help = Leak per mean activity. It keeps the total activity in bounds.
set-steps = Settling steps
set-steps-help = Euler steps of a visit, a check, and of caching before the seed is felt.
set-seedsteps = Seed steps
set-seedsteps-help = Euler steps with the seed felt, at the end of caching.
set-dt = Euler step
set-dt-help = Length of an Euler step in time units.
set-eta = Learning rate
set-eta-help = Strength of the Hebbian update of the recurrent weights, η/N. It acts on all stored memories.
set-beta = Plasticity bias
set-beta-help = Match that a memory must exceed to be recalled. Nearer to 0 each seed is found from farther away.
set-seedstrength = Seed strength
set-seedstrength-help = Amplitude of the seed input while caching.
set-decay = Place field width
set-decay-help = Length constant of the place tuning, as a fraction of the ring or of the arena's width.
set-skew = Predictive weights
set-skew-help = Weight of connections towards places ahead on the ring. At a gain of 0.3 the network then predicts.
set-world = World
set-world-help = A closed track of places, as in the paper's main model; a square arena, as in its supplement; or a track whose units have random, many-peaked tuning.
set-euler = Euler step
set-euler-help = Safe is the authors' step while that is stable, and else a step with the same fixed points. Reference is the authors' step always; it overflows when a seed is cached inside another's basin.
set-wiring = Input weights
set-wiring-help = Identity gives each unit one input unit; Gaussian, a random mixture of all input units.
set-barcodes = Barcodes
set-barcodes-help = Off, the recurrent weights start at zero (Fig. 5A).
set-placefields = Place fields
set-placefields-help = Off, each place is felt by a handful of units only (Fig. 5B).

## Errors and messages

expects-place = a place number, as in fly:20
expects-place-number = a place number
expects-memory = the number of a memory, from 0
expects-weight = memory=weight with a weight of 0 to 3, as in weight:1=0.5
expects-steps = a number of steps up to 1000000
expects-decisions = a number up to 1000000
expects-doing = visit, cache or check
no-place = there is no place { $place }; places are 0 to { $last }
no-place-to-cache = there is no place { $place } to cache at; places are 0 to { $last }
no-memory = there is no memory { $index }; { $count } seeds are cached
full = no more than { $most } seeds can be cached; remove one first
only-the-first = only the first { $most } seeds are cached
not-places = caches: “{ $first }”{ $more } is not a place number and was ignored
and-more = { " " }and { $count } more
arena-is-square = the arena is square: { $counts }
instead-of = { $used } { $label } instead of { $given }
# $during and $then: nothing, or the texts below
overflowed = activity overflowed after step { $step }{ $during }: { $way-out }{ $then }
overflowed-in-recall = { " " }during recall at { $places } places
overflowed-seed = ; the seed was not stored
way-out-reference = the reference Euler step cannot hold a seed cached inside another's basin; undo, or set euler=safe
way-out-safe = seeds cached again and again in one basin strengthen each other without bound, and so do extreme settings; undo, or remove a seed

## Changes that undo takes back

undo-cache = cache
undo-weight = weight { $index }
undo-remove = remove
undo-replay = replay
