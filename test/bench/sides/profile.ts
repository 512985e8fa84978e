/** With BENCH_PROFILE=FOLDER servers of ours write a CPU profile of each thread there when they end. */
export function profilerFlags(): string[] {
  const folder = process.env.BENCH_PROFILE
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}
