# What a page says by itself: errors that are thrown to its scripts.

not-running = this lab is not running: it was not started, was destroyed, or stopped with an error
expects-options = options must be an object of text, lists and switches
expects-table = the name of a table is text like "events"
expects-length = a length is a whole number of transitions, 0 or more
expects-link = a link is text like "lab=caching&seed=42&caches=20,35"
no-picture = the picture could not be taken

## The transformer alone

wrong-shape = width { $width }, layers { $layers }, heads { $heads }: expected a width of up to 4096 that the heads divide, up to 64 layers, and layers × width² of at most { $most }
not-tokens = { $count } numbers are not a multiple of { $token }, the length of a token
not-finite = number { $at } is not finite
