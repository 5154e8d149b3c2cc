/** axe-core with all its rules. */
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RuleMetadata, RunOptions } from 'axe-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

// asks for 7:1, level AAA; contrast.spec.ts measures the 4.5:1 that is promised
const LEFT_OUT = ['color-contrast-enhanced'];

/** One line for each place that breaks a rule. */
export async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const results = await page.evaluate(async (leftOut) => {
    const { axe } = window as unknown as {
      axe: { getRules(): RuleMetadata[]; run(options: RunOptions): Promise<AxeResults> };
    };
    const rules = Object.fromEntries(axe.getRules().map(
      ({ ruleId }) => [ruleId, { enabled: !leftOut.includes(ruleId) }]));
    return axe.run({ rules, resultTypes: ['violations'] });
  }, LEFT_OUT);
  return results.violations.flatMap(({ id, help, nodes }) => nodes.map(
    ({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary ?? ''}`));
}
