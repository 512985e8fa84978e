import * as z from 'zod'
import { type PatienceReport, reportPatience } from '../../patience/index.ts'
import { AdminError } from '../errors.ts'
import { nothing, operation } from '../operation.ts'
import type { AdminParts, GatewayStatus } from '../parts.ts'
import { judgeSigning, type SigningVerdict } from './signing.ts'

/** A gateway as an administrator sees it. */
export type GatewayView = Omit<GatewayStatus, 'memory'> & {
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
    return (await gateways()).map((status) => viewOf(status, clock.nowMs()))
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

function viewOf({ memory, ...status }: GatewayStatus, nowMs: number): GatewayView {
  const report = reportPatience(memory, status.start, nowMs)
  const { patienceMs, marginMs } = status.learns ? report : status.start
  const signingVerdict = judgeSigning(status.signing, nowMs)
  return { ...status, report, inUse: { patienceMs, marginMs }, signingVerdict }
}
