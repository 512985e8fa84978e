import type { Guard } from '../guard.ts'
import { campaignGuards } from './campaigns.ts'
import { databaseGuards } from './databases.ts'
import { linkGuards } from './links.ts'
import { listenerGuards } from './listener.ts'
import { modelGuards } from './model.ts'
import { nodeGuards } from './nodes.ts'
import { peopleGuards } from './people.ts'
import { phoneGuards } from './phones.ts'
import { rowGuards } from './rows.ts'
import { ruleGuards } from './rules.ts'
import { sessionGuards } from './sessions.ts'
import { sharedRegistryGuards } from './shared-registry.ts'
import { streamGuards } from './streams.ts'
import { webGuards } from './web.ts'
import { webNodeGuards } from './web-nodes.ts'

export const guards: readonly Guard[] = [
  ...ruleGuards,
  ...webGuards,
  ...listenerGuards,
  ...linkGuards,
  ...peopleGuards,
  ...campaignGuards,
  ...phoneGuards,
  ...sessionGuards,
  ...streamGuards,
  ...rowGuards,
  ...databaseGuards,
  ...nodeGuards,
  ...modelGuards,
  ...webNodeGuards,
  ...sharedRegistryGuards,
]
