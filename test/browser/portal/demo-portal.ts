import { buildPages } from '../../../scripts/build-pages.mjs'
import { demoPhone } from '../../lab/demo-phone.ts'
import { demoYaml, type Service, startService } from '../../lab/service.ts'

/** The demo, as `npm start` starts it, on ports of its own. */
export type DemoPortal = {
  readonly service: Service
  /** http://localhost, as the pages have it. */
  readonly origin: string
  readonly phone: ReturnType<typeof demoPhone>
  /** The code for dave that the start has printed. */
  readonly davesCode: string
}

const davesLine = /dave has nothing set up yet: .* the helpdesk code ([\w-]+)/

export async function startDemoPortal(
  yaml: Parameters<typeof startService>[0] = demoYaml,
): Promise<DemoPortal> {
  buildPages()
  const service = await startService(yaml)
  await service.printed(davesLine)
  return {
    service,
    origin: `http://localhost:${service.httpPort}`,
    phone: demoPhone(service.httpPort),
    davesCode: davesLine.exec(service.output())?.[1] ?? '',
  }
}
