import type { Config } from '../config/index.ts'
import type { CallDelivery, DemoPhone, EmailDelivery, TextDelivery } from '../delivery/index.ts'

/** What one entry under `delivery` can carry. */
export type Carrier = {
  readonly texts?: TextDelivery
  readonly emails?: EmailDelivery
  readonly calls?: CallDelivery
}

/** The carriers of the configuration by name. */
export async function createCarriers(
  config: Config,
  demoPhone: DemoPhone,
): Promise<ReadonlyMap<string, Carrier>> {
  const carriers = new Map<string, Carrier>()
  for (const [name, delivery] of Object.entries(config.delivery)) {
    if (delivery.type === 'demo') {
      carriers.set(name, { texts: demoPhone, emails: demoPhone, calls: demoPhone })
    }
  }
  return carriers
}
