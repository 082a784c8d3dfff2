# The bridge lab: the same memories as synapses and as slots.

bridge = Bridge
hint = The same memories as synapses and as the slots of a key–value memory
about = One list of events is stored twice: in the synapses of the barcode network, and as (key, value) pairs that attention reads. Choose a place, and compare five ways to read the memories: what comes back, how much of it, and where each of them fails.
free = Choose a place, store an event there, and see what each way of reading makes of the places around it.
model = network
paper-short = Gershman, Fiete & Irie 2025
paper = Gershman, Fiete & Irie (2025), Key-value memory in the brain

## Panels

world = World
world-hint = Where events are stored; click a place to ask about it
lookups = Five ways to read
lookups-hint = Weight of every memory at this place
curves = Is a seed here?
curves-hint = Total weight at every place, and which memory has the largest
numbers = Numbers
numbers-hint = Weights as fractions of the largest
capacity-title = Capacity
capacity-hint = Memories read as themselves, by their number
similarity = Keys
similarity-hint = How alike the keys of two places are, by their distance
experiment = Experiment
experiment-hint = What is tried on all of the memory at once
gains-hint = How alike the keys of two places are, by the recurrent gain that makes them
map-hint = How far, and how rightly, the network recalls, by gain of the keys and search strength
near-hint = How each way tells two memories apart, by their distance
settings = Settings
settings-hint = What can be turned
all-settings = All settings
map-name = World with { $count ->
        [one] one memory
       *[other] { $count } memories
    }; place { $at } is asked about
place-and-memory = Place { $place }: memory { $number }
place-is = Place { $place }
cache = Store here (C)
cache-help = An event at this place: a barcode and a place input, in both memories
remove = Take out { $number }
put-back = Put back { $number }
remove-help = Memory { $number }, at place { $place }: its term leaves the synapses, its slot leaves the list
lost-help = Memory { $number }, at place { $place }: its slot is in the list, the synapses have nothing of it, since activity overflowed
no-memories = No memory yet: store one
weight-is = Memory { $number } (place { $place }): weight { FIXED($weight, digits: 3) }
total-and-place = total { $total } · points to { $place }
nothing-back = nothing comes back
overflowed-here = activity overflowed
identity-is = Readout as synapses { $synapses } · as linear attention { $attention }
identity-help = The seed output of the network is linear attention with barcodes as keys and the recalled activity as query: the same number
computing = computing { $part } %
row-lookup = way to read
row-own = at it
row-beside = +4, +8, +12
row-midpoint = midway
row-far = far
row-nearest = nearest
row-own-help = Weight of the memory nearest to the chosen place, at its own place
row-beside-help = Its weight 4, 8 and 12 places further on
row-midpoint-help = Total weight halfway to the memory before it
row-far-help = Mean total farther than 14 places from every memory: a memory that can say no has nothing there
row-nearest-help = Part of the places at which the nearest memory has the largest weight
place-axis = place
total-axis = total weight
memories-axis = memories
right-axis = read as themselves
distance-axis = distance in places
correlation-axis = correlation
gain-axis = recurrent gain r
ambiguity-axis = share of the other
error-axis = error in places
content-of-places = Content
these-keys = These keys
keys-are = { $size } entries · { $active } % active · neighbours { $neighbours }
apart-is = { $apart } apart
active-share = active share
precision = Precision
precision-help = Of the places that answer “a seed is here”, the part at which the nearest memory comes back
radius = Search radius
radius-help = How far from its place a memory is found, mean over memories
gain-left-to-right = gain r of the keys, 0 to 1.2
search-upwards = search strength s, 0 to 2
map-cell = r { $gain }, s { $search }: { $precision } of the answers are right; found within { $radius } places
map-cell-unknown = r { $gain }, s { $search }: not computed yet
map-none = no place answers, none
map-name-of = { $what } by gain and search strength; now gain { $gain }, search strength { $search }
map-click = Click to go there.
map-points = Rings: Fang et al. 2025, r = 1 at s = 0, 0.4 and 1. Left edge: keys as smooth as content, on the side of a transformer's (Fang & Rajan 2025), which has neither r nor s.
near-note = Mean of six pairs. ½: both alike; 0: only the memory of the place is read.
capacity-off = Add memories one by one

## Keys

keys-move = Arrows, A D W S
keys-move-do = another place
keys-cache-do = store an event here
keys-lookup-do = next way to read
keys-study-do = next experiment

## The five ways

content = Content, linear
content-help = Key and query are the place inputs; weights are their products. Neighbours blur
content-softmax = Content, soft-max
content-softmax-help = The same similarities through a soft-max, as in a transformer. Weights always sum to one: it cannot say no
barcode = Barcode, linear
barcode-help = Key and query are barcodes, made without recall. Neighbours hardly share any
barcode-softmax = Barcode, soft-max
barcode-softmax-help = The same similarities through a soft-max
network = Network
network-help = Recurrent dynamics complete a stored barcode, or stay silent: an accept-or-reject decision, its radius set by the search strength

## Settings

set-lookup = Way to read
set-lookup-help = The way that the curve shows in full.
set-search = Search strength
set-search-help = Input along the direction that all keys share, while the network recalls: the larger, the farther a memory is found.
set-softmax = Inverse temperature
set-softmax-help = Of both soft-max lookups: the larger, the more the most similar memory takes all.
set-keygain = Gain of the keys
set-keygain-help = Recurrent gain at which keys and barcode queries are made: near 0 they are content, at 1 barcodes.
set-damage = Damage
set-damage-help = Part of the entries of every key that change places with each other; values stay whole.
set-clean = Keys without history
set-clean-help = Each key is made by the network without earlier memories, as its query is. Off: as in the model, later keys carry traces of earlier ones.
set-capacity = Capacity
set-capacity-help = Memories are added one by one, up to 24, and each way is asked at all of them.
set-units = Units
set-units-help = Number of units in the network. The table of the reference was made with 5,000.
set-places = Places
set-places-help = Number of places in the world.
set-seed = Random seed
set-seed-help = Every random number follows from it.
set-world = World
set-world-help = How the places lie.
set-transformer = Transformer
set-transformer-help = A transformer joins in: the memories of a gridworld as the slots of one of its attention heads, with keys as learned and with others.
set-layer = Layer
set-layer-help = The layer of the transformer that is looked at; the first is 1.
set-head = Head
set-head-help = The attention head in that layer; the first is 1.
set-task = Task
set-task-help = Random seed of the gridworld: its sensory codes, its goal and the walk through it, as in the maze lab.
set-memories = Memories
set-memories-help = Steps of the random walk that the transformer remembers, one slot each.
set-query = Query
set-query-help = The state that is asked about: its number, row by row from 0.
set-keys = Keys
set-keys-help = What the two barcode lookups compare: the network's barcodes, or random codes whose dimension, sparsity and similarity you choose. Content and network stay as they are.
keys-barcode = Barcodes
keys-barcode-help = Activity of the network at the recurrent gain of the keys
keys-random = Random codes
keys-random-help = One code for every place; its query is the code itself
set-keysize = Key dimension
set-keysize-help = Entries of a random code.
set-sparsity = Sparsity
set-sparsity-help = Part of the entries of a random code that is active. Barcodes: about a tenth.
set-correlation = Correlation
set-correlation-help = Of the random codes of neighbouring places, before the threshold that makes them sparse: at 0 every place has a key of its own, near 1 keys are as smooth as content.
set-study = Experiment
set-study-help = What is tried on all of the memory at once, beside the table.
study-capacity = How many
study-keys = Which keys
study-map = Gain and search
study-near = How close
new-seed = New seed: another network

set-match = Memory of a state
set-match-help = The state by which barcode and content keys find a memory.
match-began = began there
match-began-help = A memory belongs to the state in which something was done
match-ended = ended there
match-ended-help = A memory belongs to the state that it led to

## The transformer

transformer-slots = Transformer’s slots
transformer-slots-hint = Memories of a transformer as the slots of one head, and what happens when its keys are replaced
transformer-off = Switch on “Transformer” to see the memories of a trained transformer as slots
transformer-missing = The transformer could not be loaded
transformer-computing = asking the transformer
grid-name = Gridworld of task { $task }; state { $query } is asked about, the goal is state { $goal }
grid-state = State { $state }: { $place }
slots-name = { $keys }: weights of { $count ->
        [one] one memory
       *[other] { $count } memories
    }, of which { FIXED($effective, digits: 1) } are effectively read
similarities-name = { $keys }: similarities with { $count ->
        [one] one memory
       *[other] { $count } memories
    }
slot-is = Similarity { FIXED($similarity, digits: 2) } · weight { FIXED($weight, digits: 3) }
similarity-row = similarity
weight-row = after soft-max
output-row = output
reads = reads { FIXED($effective, digits: 1) } of { $count } · itself { FIXED($own, digits: 0) } %
reads-help = Effective number of memories that are read (e to the entropy of their weights), and the weight that the query’s own token has
output-moves = output: cosine { FIXED($cosine, digits: 2) }, moved by { FIXED($moved, digits: 2) }
output-moves-help = The weighted sum of the values against that of the learned keys: the cosine of the two, and the length of their difference as a fraction
decides = { $action } { FIXED($part, digits: 0) } %
decides-help = What the network then does at this state, and how sure it is; all other heads are as they were trained
returns-are = return { FIXED($greedy, digits: 2) } · drawn { FIXED($drawn, digits: 2) }
returns-are-help = Expected return over the whole task with this head so in every state; 1 is the shortest way and staying there. First taking the likeliest actions, then drawing them
output-name = { $keys }: the weighted sum of the values, { $count } numbers
slot-rewarded = rewarded step
slot-began-here = began at this state
slot-other = another step
kept-keys = keys
kept-values = values
kept-name = Learned { $what } of { $count ->
        [one] one memory
       *[other] { $count } memories
    }, { $width } numbers each
keys-query-do = next state that is asked about (transformer)
keys-head-do = next head (transformer)

learned-keys = Learned keys
learned-keys-help = The head as it was trained: the query of the state against the key of every memory, divided by the root of their width
barcode-keys = Barcode keys
barcode-keys-help = A random sparse code for every memory in place of its key; the query is the code of the last memory of this state. Without one all similarities are 0, and a soft-max reads all memories alike
content-keys = Content keys
content-keys-help = The sensory code of each memory's state in place of its key; the query is the code of this state

## Undo

undo-cache = cache
undo-remove = remove
undo-set = set { $key }

## What commands and links got wrong

a-place = a place number, as in fly:20
two-steps = two small whole numbers, as in move:1,0
a-memory = the number of a memory, from 0
no-place = there is no place { $place }; places are 0 to { $last }
no-memory = there is no memory { $slot }; there { $count ->
        [one] is one, memory 0
       *[other] are { $count }, from 0
    }
full = no more than { $most } memories can be stored
dropped = { $dropped ->
        [one] one event lies
       *[other] { $dropped } events lie
    } outside the world, whose places are 0 to { $last }, or { $dropped ->
        [one] is
       *[other] are
    } too many; ignored
not-stored = Memory { $number } (place { $place }) is not in the synapses: activity overflowed after step { $step }. Events near each other strengthen each other without bound; undo, or switch on “Keys without history”
overflowed-in-recall = The network says nothing at { $places ->
        [one] one place
       *[other] { $places } places
    }: activity overflowed there
not-a-number = “{ $part }” is not a whole number; it was ignored

## Scenes

two-memories = One event, two memories
    .look-for = One seed at place 35, stored twice. Every way to read finds it; the readout of the synapses and linear attention are the same number.
    .figure = Key–value memory
blur = Blur
    .look-for = With content as key, the place midway between two seeds reads both: the sum is as large as at a seed.
    .figure = Key–value memory
own-keys = A key of its own
    .look-for = Barcodes as keys: at each seed the other memories get almost no weight, although the places look alike.
    .figure = Fig. 2
right-to-say-no = The right to say no
    .look-for = Far from every seed the network stays silent, while soft-max attention must give its weight to some memory.
    .figure = Fig. 4
temperature-or-search = Temperature or search strength
    .look-for = A stronger search widens the radius in which a memory is found. A higher inverse temperature only sharpens the choice.
    .figure = Fig. 4C, F
too-many-memories = Too many memories
    .look-for = Memories are added one by one: see which way of reading confuses them first.
    .figure = Fig. 4, supplement
damaged-key = A damaged key
    .look-for = Two fifths of every key are scrambled: see which way still finds the seed, and how much weight is left.
    .figure = Key–value memory
transformers-slots = The transformer’s slots
    .look-for = This head finds the steps that ended where one asks: at the goal, two rewarded ones. With keys of where a step began, barcode or content, it finds others, and the return halves; “ended there” restores it.
    .figure = Key–value memory
two-near = Two near memories
    .look-for = Two seeds six places apart: see how large a share of the other is read at each of them, and how it grows as they come closer.
    .figure = Key–value memory
content-to-barcode = From content to barcode
    .look-for = As the recurrent gain grows, keys of neighbouring places stop being alike: content turns into barcode. Try random codes in their place.
    .figure = Fig. 2B, Fig. 6F
gain-and-search = Gain and search
    .look-for = A stronger search finds a seed from farther away, and more often the wrong one; point at a cell for its numbers, click to go there.
    .figure = Fig. 4C, E, F
