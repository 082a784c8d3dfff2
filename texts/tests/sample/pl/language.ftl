name = Polski
decimal = ,
plural = polish
