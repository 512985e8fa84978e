import { spawnSync } from 'node:child_process'

const table = `holdfast_soak_${process.pid}`
let isCut = false

/**
 * Packets to and from these TCP ports of this machine are lost from now on, as on a network that is cut: nothing is
 * acknowledged, and no connection is made. Gives the function that mends it. One cut at a time; root alone may cut.
 */
export function cutPorts(ports: readonly number[]): () => void {
  const list = `{ ${ports.join(', ')} }`
  nft(`table inet ${table} {
  chain output {
    type filter hook output priority 0; policy accept;
    tcp dport ${list} drop
    tcp sport ${list} drop
  }
}
`)
  isCut = true
  process.once('exit', mend)
  return mend
}

function mend(): void {
  if (!isCut) return
  isCut = false
  nft(`delete table inet ${table}\n`)
}

function nft(rules: string): void {
  const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: rules })
  if (status !== 0) throw new Error(`nft: ${stderr}`)
}
