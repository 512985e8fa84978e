import { converse } from '../load/converse.ts'
import type { EapMethod } from '../load/eap-device.ts'
import { startEapLoader } from '../load/eap-loader.ts'
import { startLoader } from '../load/loader.ts'
import type { Side } from '../load/rounds.ts'
import { totpSide, totpSlices, totpWindows } from '../load/totp-load.ts'
import { wireSide } from '../load/wire-load.ts'
import { makeEapFiles, startOurs } from '../sides/eap-servers.ts'
import { startServerScript } from '../sides/server-script.ts'
import { startTotpOurs } from '../sides/totp-servers.ts'
import { scriptIn } from './checkouts.ts'

/** Something that two checkouts can be compared by. */
export type Subject = {
  readonly what: string
  /** How many slices of each checkout are measured in a round. */
  readonly slices: number
  /** How many windows of warm-up there may be at most. */
  readonly mostWindows?: number
  /** `before`: the earlier checkout, whose tables both can read. */
  open(before: string): Promise<{ start(checkout: string): Promise<Side>; close(): void }>
}

export const subjectNames = ['wire', 'totp', 'ttls', 'peap', 'tls'] as const
export type SubjectName = (typeof subjectNames)[number]

/** The same, and their memory. */
export const compared = [...subjectNames, 'memory'] as const
export type Compared = (typeof compared)[number]

export const subjects: Readonly<Record<SubjectName, Subject>> = {
  wire: {
    what: 'PAP without second factor and audit, by the listener alone',
    slices: 8,
    async open() {
      const loader = startLoader()
      return {
        async start(checkout) {
          const server = await startServerScript(scriptIn(checkout, 'wire-server.ts'))
          return wireSide(loader, checkout, server)
        },
        close: () => loader.stop(),
      }
    },
  },
  totp: {
    what: 'PAP with TOTP and a durable audit row, by the whole service',
    slices: totpSlices,
    mostWindows: totpWindows,
    async open(before) {
      const loader = startLoader()
      const { enrolTotpPeople }: typeof import('../sides/totp-servers.ts') = await import(
        scriptIn(before, 'totp-servers.ts')
      )
      const enrolled = await enrolTotpPeople()
      return {
        async start(checkout) {
          const server = await startTotpOurs(enrolled, checkout)
          return totpSide(loader, checkout, server, { atOnce: 200, mayRefuse: 0 })
        },
        close() {
          loader.stop()
          enrolled.remove()
        },
      }
    },
  },
  ttls: eapSubject('TTLS/PAP'),
  peap: eapSubject('PEAP/MSCHAPv2'),
  tls: eapSubject('EAP-TLS'),
}

/** Full handshakes, P-256, 16 devices at once. */
function eapSubject(method: EapMethod): Subject {
  const load = { method, resumes: false, atOnce: 16, count: 400 }
  return {
    what: `${method} with an audit row, by the whole service`,
    slices: 4,
    mostWindows: 16,
    async open() {
      const loader = startEapLoader()
      const files = await makeEapFiles('ecdsa')
      return {
        async start(checkout) {
          const server = await startOurs(files, false, checkout)
          const run = () => converse(loader, files, server, load)
          return { warm: run, slice: run, stop: server.stop }
        },
        close() {
          loader.stop()
          files.remove()
        },
      }
    },
  }
}
