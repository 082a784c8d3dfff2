# The figures of the barcode paper on the command line and in reports.

value-of = { $title }, { $axis } { $x }
value-of-series = { $title }, { $series }, { $axis } { $x }
# $figure: as "Figure 4E"
drawing = { $figure } – { $title } (N = { $units }, { $seeds ->
        [one] 1 network
       *[other] { $seeds } networks
    })

## chickadee figure

listed = { $name }: { $title } (N = { $units }, { $seeds ->
        [one] 1 network
       *[other] { $seeds } networks
    })
quirk = --as-published: { $quirk }
question = asks
made = recomputed
made-with = { $seeds ->
        [one] 1 network
       *[other] { $seeds } networks
    } of { $units } units, { $time } on one core
link = see it
verdicts = published values
    .are = { $all }: { $inside } inside both intervals, { $reading } within the reading error, { $undecided } undecided, { $outside } outside
published = published { $published }
compared = published { $published }, ours { $ours } [{ $low }, { $high }], { $verdict }
inside = inside
within-reading = within reading error
undecided = undecided
outside = outside
shard-done = shard { $shard } is done ({ $pieces ->
        [one] 1 piece
       *[other] { $pieces } pieces
    }); all together by the same command without --shard, with --resume
stopped = stopped when { $done } of { $all } pieces were done; nothing was kept (--out DIR keeps them)
stopped-and-kept = stopped when { $done } of { $all } pieces were done and kept; the same command with --resume goes on from there
piece-fails = piece { $piece } failed; please report it with the command
no-figure = there is no figure “{ $id }”; there are { $ids }
refused = { $figure }: { $error }
no-quirk = { $figure } has no --as-published: it is computed as the authors' code does
there-already = { $name } holds { $there } pieces of this figure: go on with --resume, or take another folder
bad-line = { $name }, line { $line }: not a piece of this figure
no-image = the image cannot be made: { $error }
too-large = it is too large
