import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRecipe } from '../../shared/recipe.ts';
import { codeOf, detailsOf } from '../helpers/errors.ts';
import { mutated, refusesGarbage } from '../helpers/refuses-garbage.ts';

const recipe = { recipe: 1, name: 'TEST pumps', action: 'load', package: 'pump.cpk', key: 'pump' };
const text = JSON.stringify(recipe);
const changed = (change: Record<string, unknown>) => JSON.stringify({ ...recipe, ...change });

test('what is not said has its default', () => {
  expect(parseRecipe(text)).toEqual({
    ...recipe,
    anchors: [],
    ports: [],
    user: 'admin',
    baudRate: 115_200,
  });
});

test('an enrolment needs neither package nor key', () => {
  expect(parseRecipe('{"recipe":1,"name":"TEST","action":"enrol"}').action).toBe('enrol');
});

test.each([
  ['text that is not JSON', 'recipe', '{"recipe":'],
  ['a value that is no object', 'recipe', '[]'],
  ['a duplicate key', 'recipe', text.replace('"key"', '"package":"other.cpk","key"')],
  ['depth without end', 'recipe', '['.repeat(1000)],
  ['more than 64 KiB', 'recipe', changed({ reason: 'a'.repeat(64 * 1024) })],
  ['an unknown field', 'recipe', changed({ pasword: 'x' })],
  ['another version', 'recipe', changed({ recipe: 2 })],
  ['an empty name', 'name', changed({ name: '' })],
  ['an unknown action', 'action', changed({ action: 'erase' })],
  ['a load without a package', 'package', changed({ package: undefined })],
  ['a load without a key', 'package', changed({ key: undefined })],
  ['a password where the name of a variable belongs', 'passwordEnv', changed({ passwordEnv: 'trust me' })],
  ['a link that there is not', 'link', changed({ link: 'radio' })],
  ['a speed that no console has', 'baudRate', changed({ baudRate: 0 })],
  ['more anchors than are read', 'anchors', changed({ anchors: Array(17).fill('a.pem') })],
  ['a port that is no text', 'ports.1', changed({ ports: ['/dev/ttyUSB0', 1] })],
])('%s is refused, naming the field', (_title, field, json) => {
  expect(codeOf(() => parseRecipe(json))).toBe('recipe.invalid');
  expect(detailsOf(() => parseRecipe(json))).toEqual({ field });
});

test('garbage gives only refusals', () => {
  const { refused } = refusesGarbage(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), parseRecipe);
  expect(refused).toBe(2000);
});

test('a mutated recipe is a recipe or a refusal', () => {
  const { refused, taken } = refusesGarbage(mutated(text), parseRecipe);
  expect(refused).toBeGreaterThan(100);
  expect(taken).toBeGreaterThan(10);
});
