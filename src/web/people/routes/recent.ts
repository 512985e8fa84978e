import * as z from 'zod'
import { formatMac } from '../../../support/index.ts'
import { callerOf } from '../../sessions/session-hook.ts'
import { whileAsked } from '../../signals.ts'
import type { PortalDevice, RecentSignIns } from '../contract.ts'
import { deviceId } from '../device-id.ts'
import type { PortalRoutes } from '../parts.ts'

const page = z.object({ after: z.string().max(512).optional() })

/** A person's own sign-ins, and the devices that are remembered of them. */
export const recentRoutes: PortalRoutes = (server, { operations }) => {
  server.get(
    '/api/sign-ins',
    { schema: { querystring: page } },
    async (request, reply): Promise<RecentSignIns> => {
      const { after } = request.query
      const args = after === undefined ? {} : { after }
      return await operations(callerOf(request), 'own.sign-ins', args, whileAsked(reply))
    },
  )

  server.get('/api/devices', async (request, reply): Promise<readonly PortalDevice[]> => {
    const signal = whileAsked(reply)
    const { signIns } = await operations(callerOf(request), 'remembered.list', {}, signal)
    return signIns.map(({ device, gatewayGroup, untilMs }) => ({
      id: deviceId(device),
      device: device.kind === 'mac' ? formatMac(device.value) : device.value,
      // A group of its own for rules that ask for more: see approvalGroup.
      gateway: gatewayGroup.split('\n', 1)[0] ?? '',
      untilMs,
    }))
  })
}
