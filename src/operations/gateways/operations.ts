import * as z from 'zod'
import { type PatienceReport, reportPatience } from '../../patience/index.ts'
import { AdminError } from '../errors.ts'
import { nothing, operation } from '../operation.ts'
import type { AdminParts, GatewayStanding } from '../parts.ts'
import { judgeSigning, type SigningVerdict } from './signing.ts'

/** A gateway as an administrator sees it. */
export type GatewayView = Omit<GatewayStanding, 'memory'> & {
  readonly report: PatienceReport
  /** What requests that begin now go by. */
  readonly inUse: { readonly patienceMs: number; readonly marginMs: number }
  /** Whether it sends Message-Authenticator as it should. */
  readonly signingVerdict: SigningVerdict
}

/** Operations on gateways: what is configured, and what their packets have shown. */
export function createGatewayOperations({
  gateways,
  clock,
}: Pick<AdminParts, 'gateways' | 'clock'>) {
  async function list(): Promise<readonly GatewayView[]> {
    return (await gateways()).map((standing) => viewOf(standing, clock.nowMs()))
  }

  async function find(name: string): Promise<GatewayView> {
    const found = (await list()).find((gateway) => gateway.name === name)
    if (found !== undefined) return found
    throw new AdminError(
      'gateway-unknown',
      `No gateway is called "${name}". holdfast gateway list shows all of them.`,
    )
  }

  const byName = z.strictObject({ name: z.string().min(1).max(256) })
  const operations = {
    'gateway.list': operation(nothing, list),
    'gateway.show': operation(byName, ({ name }) => find(name)),
  }
  return { operations, find }
}

function viewOf({ memory, ...standing }: GatewayStanding, nowMs: number): GatewayView {
  const report = reportPatience(memory, standing.start, nowMs)
  const { patienceMs, marginMs } = standing.learns ? report : standing.start
  const signingVerdict = judgeSigning(standing.signing, nowMs)
  return { ...standing, report, inUse: { patienceMs, marginMs }, signingVerdict }
}
