# The choice between CPU and GPU: reasons (clauses without a full stop, put into other sentences) and the self-test.

software = { $adapter } is software, and our own code is faster on a processor
failed = { $adapter } failed the self-test in { $operation }: { $error }
differs = { $adapter } failed the self-test: { $operation } is off by { $error } where { $tolerance } is allowed
examined = Self-test of { $adapter }: { $result }
not-examined = No self-test: { $error }
cpu-chosen = the CPU was chosen
gpu-chosen = the GPU was chosen
towards-ahead = weights towards units ahead are computed on the CPU
looking = looking for a GPU
silent = the GPU has not answered for half a minute
comparing = GPU and CPU are being compared
measured = measured for this: GPU { $gpu } ms, CPU { $cpu } ms
hangs = it has not answered for { $seconds } seconds

## Workers: reasons why there are none

worker-silent = a worker has not answered for { $seconds } seconds
worker-nonsense = a worker has said what is no answer
worker-unreachable = a worker cannot be reached
