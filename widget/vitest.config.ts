import { defineConfig } from 'vitest/config';
import { VIRTUAL } from './build/sources.mjs';

const modules: Record<string, () => string> = VIRTUAL;

export default defineConfig({
  plugins: [{
    name: 'sources',
    resolveId: (id) => (id in modules ? `\0${id}` : undefined),
    load: (id) => modules[id.slice(1)]?.(),
  }],
  test: { environment: 'happy-dom', include: ['tests/unit/**/*.test.ts'] },
});
