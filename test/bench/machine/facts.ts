import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

/** What the figures depend on, one line each. */
export function machineFacts(): string[] {
  const [cpu] = cpus()
  return [
    `CPU: ${cpu?.model ?? 'unknown'}, ${cpus().length} cores; ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `${osName()}, Linux ${release()}; disk of ${fileSystem()}`,
    `Node ${process.version}; ${freeRadiusVersion()}`,
  ]
}

function osName(): string {
  const text = readFileSync('/etc/os-release', 'utf8')
  return /^PRETTY_NAME="(.*)"$/m.exec(text)?.[1] ?? 'Linux'
}

function fileSystem(): string {
  const type = execFileSync('stat', ['-f', '-c', '%T', '/tmp']).toString().trim()
  return `/tmp: ${type}`
}

function freeRadiusVersion(): string {
  const printed = execFileSync('/usr/sbin/freeradius', ['-v']).toString()
  return /FreeRADIUS Version [\d.]+/.exec(printed)?.[0] ?? 'FreeRADIUS of unknown version'
}
