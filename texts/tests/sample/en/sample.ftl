-lab = maze lab

hide = Hide
    .help = Hide { $count ->
        [0] nothing
        [one] one memory
       *[other] { $count } memories
    } in the { -lab }
norm = Norm { FIXED($norm, digits: 2) } of { $name }
braces = An object like { "{" }do{ "}" }
