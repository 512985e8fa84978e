import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** A load average above this before the start is other people's work, and makes figures worthless to compare. */
const quiet = 0.5

/** What figures depend on. */
export type Machine = {
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly kernel: string
  readonly disk: string
  readonly node: string
  readonly freeRadius: string
}

/** The machine this runs on. */
export function readMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux',
    kernel: release(),
    disk: execFileSync('stat', ['-f', '-c', '%T', '/tmp']).toString().trim(),
    node: process.version,
    freeRadius: freeRadiusVersion(),
  }
}

/** The same for people, one line each. */
export function describeMachine(machine: Machine): string[] {
  const { processor, cores, memoryGiB, system, kernel, disk, node, freeRadius } = machine
  return [
    `Processor: ${processor}, ${cores} cores; ${memoryGiB} GiB of memory`,
    `${system}, Linux ${kernel}; disk of /tmp: ${disk}`,
    `Node ${node}; FreeRADIUS ${freeRadius}`,
  ]
}

/** The load average of the last minute. */
export function readLoad(): number {
  return loadavg()[0] ?? 0
}

/** Whether other work ran on the machine when the benchmark began. */
export function isBusy(loadAtStart: number): boolean {
  return loadAtStart > quiet
}

/** What is said of the load before and after a run. */
export function describeLoad(start: number, end: number): string[] {
  const load = `Load average: ${start.toFixed(2)} at the start, ${end.toFixed(2)} at the end.`
  const warning =
    'Warning: other work ran on this machine. These figures cannot be compared with those of a quiet one.'
  return isBusy(start) ? [load, warning] : [load]
}

function freeRadiusVersion(): string {
  try {
    const printed = execFileSync('/usr/sbin/freeradius', ['-v']).toString()
    return /FreeRADIUS Version ([\d.]+)/.exec(printed)?.[1] ?? 'of unknown version'
  } catch {
    return 'is not installed'
  }
}
