# What this language is like. plural is a function in src/plural.rs.
name = English
decimal = .
plural = one-other
