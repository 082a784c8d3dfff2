-lab = labiryncie

hide = Ukryj
    .help = Ukryj { $count ->
        [0] nic
        [one] jedno wspomnienie
        [few] { $count } wspomnienia
        [many] { $count } wspomnień
       *[other] { $count } wspomnienia
    } w { -lab }
norm = Norma { $name }: { FIXED($norm, digits: 2) }
braces = Obiekt jak { "{" }do{ "}" }
