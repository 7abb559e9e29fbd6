import { createEmbeddedEngine } from '../../src/engine/index.ts';
import { openWorld } from './engine/open-world.ts';
import { engineConformance } from './engine-conformance.ts';

engineConformance('embedded', () => openWorld(async () => ({ create: createEmbeddedEngine })));
