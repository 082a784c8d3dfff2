# Scenes: title, one sentence that says what to look for, and the figure of the lab's paper.

## Caching lab

place-to-barcode = Place to barcode
    .look-for = As the gain rises, the smooth bump of place cells breaks into a pattern that belongs to this spot alone.
    .figure = Fig. 2
one-cache = One cache
    .look-for = The barcode stored at the seed comes back only near the seed: away from it the network stays silent about it.
    .figure = Fig. 3
two-near-caches = Two near caches
    .look-for = Two seeds less than two sites apart stay two memories: the seed output falls to nothing between them.
    .figure = Fig. 4C, E
wide-search = Wide search
    .look-for = Raise the search strength and each seed is found from farther away, until every place points to its nearest seed.
    .figure = Fig. 4C, F
no-barcodes = No barcodes
    .look-for = Without the random recurrent weights the seeds merge into one memory: nothing is rejected between them, and all point to the same place.
    .figure = Fig. 5A
no-place-fields = No place fields
    .look-for = Without broad place fields a seed is found at its place and not beside it; searching wider finds a seed everywhere, seldom the right one.
    .figure = Fig. 5B

## Maze lab

one-reward = One reward is enough
    .look-for = At the first reward every arrow turns to the goal at once: nothing in the network has changed but its memory.
    .figure = Fig. 2a, b
shortcut = Shortcut
    .look-for = It was shown one long way to the goal and back; it goes home through cells that it has never seen.
    .figure = Figs. 1c, D13c
map-unfolds = The map unfolds
    .look-for = Each dot is a place as layer 2 represents it; with more memories, even without a reward, neighbours come to lie side by side.
    .figure = Fig. 3a–d
where-it-looks = Where it looks
    .look-for = Layer 1 reads the memories made here, layer 2 reaches further: pink lines are the memories that the decision reads.
    .figure = Fig. 6
goal-in-memories = The goal is cached in memories
    .look-for = Hide the memories of the goal from the query in layer 2 and it loses its way; hide them in layer 3 and it does not.
    .figure = Fig. 6d, e
two-tasks = Two tasks, one map
    .look-for = Two tasks with unlike senses: as memories gather, the same place comes to be represented alike in both.
    .figure = Fig. 4
critical-path = Tree: the critical path
    .look-for = Away from the way to the goal it goes back; on the way, and only there, it knows which branch to take. Yellow: what it says of itself when read linearly.
    .figure = Fig. 7
without-reward = Without reward it goes home
    .look-for = Take the rewards out of the memories and every arrow points back to the root; give them back and one way lights up.
    .figure = Fig. N22
not-value-learning = Not value learning
    .look-for = At one reward the transformer knows its way from everywhere; a table of values, or a deep Q-network, learns only where it has been.
    .figure = Fig. 2b
