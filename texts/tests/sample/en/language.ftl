name = English
decimal = .
plural = one-other
