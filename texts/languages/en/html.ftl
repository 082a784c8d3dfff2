# The page before any script has run (index.html), held against it by a test. <b>, <a>, <code> and <cite> stay around their words.

title = Chickadee: models of memory, live
description = A food-caching bird recalls its seeds with a recurrent neural network, and a transformer learns mazes in context: both live in your browser, to be taken apart while they run.
name = Chickadee
lead = A bird hides seeds and finds them again. Here a recurrent neural network does it, live: its chaotic dynamics stamp each cached seed with a <b>barcode</b>, a pattern of activity that belongs to that memory alone, and simple synapses bind <b>place</b> and <b>seed</b> to it. Fly the bird, cache seeds, ask the network what it remembers, and take the model apart while it runs. In the <a>maze lab</a> a transformer with frozen weights learns mazes it has never seen from its memories alone: see where it looks, which map it forms, and what happens when a memory is taken away.
loading = Loading the simulator
lost = If nothing happens here, the files of this page were not found beside it: where its address does not end with a slash, add one.
no-script = The simulator needs JavaScript and WebAssembly, and JavaScript is switched off here. Switch it on for this page and reload, or run Chickadee as a desktop program with <code>cargo run --release</code>.
reload = <a>Load this page again</a>; with Shift held down, browsers fetch every part of it anew.
browsers = Current versions of Chrome, Edge and Firefox, and Safari from 16.4 on, can run it. You can also <a>try again without the GPU</a>, or run Chickadee as a desktop program with <code>cargo run --release</code>.
papers = The model is that of Fang, Lindsey, Abbott, Aronov and Chettih (2025), <cite>Barcode activity in a recurrent network model of the hippocampus enables efficient memory binding</cite>, eLife. Its sibling, a transformer that learns mazes in context, is that of Fang and Rajan (2025), <a><cite>From Memories to Maps</cite></a>, arXiv 2506.19686. Chickadee is an independent re-implementation.
poster = The caching lab: a map with the bird and its caches, the activity of the network's units, their similarity between places, and what the network recalls at each site.
