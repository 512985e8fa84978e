/** CPU milliseconds that this thread uses for it: how quick it is, whatever else runs on the machine. */
export function cpuMsOf(run: () => void): number {
  const before = process.threadCpuUsage()
  run()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
