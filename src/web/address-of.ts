import type { FastifyRequest } from 'fastify'
import { normaliseSource, readWrittenAddress } from '../support/index.ts'

/**
 * The address of the browser, as the trusted proxy in front tells it; some write a port after it. Where a proxy tells
 * no address, its own.
 */
export function addressOf({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  return readWrittenAddress(ip)?.text ?? normaliseSource(socket.remoteAddress ?? '')
}
