/** One training of every package's kind on a device that has to be awaited. */
import { assert, assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { psnr } from "@neurite/autoencoders";
import { textGenerator } from "@neurite/lstm-gru";
import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import { Perceptron } from "@neurite/perceptron";
import { kMeans, RBFNet } from "@neurite/rbf";
import { CharRNN, collect } from "@neurite/rnn";
import { BackendError } from "@neurite/tensor";
import { onDevice } from "./awaited_backend.ts";
import { onReference } from "./on_reference.ts";
import { TRAININGS } from "./trainings.ts";

for (const [name, run] of Object.entries(TRAININGS)) {
  Deno.test(`${name}: a device learns what the reference learns`, async () => {
    const right = await onReference(run), found = await onDevice(run);
    assertEquals(found.length, right.length);
    found.forEach((v, i) => assertAlmostEquals(v, right[i], 1e-9));
  });
}

Deno.test("what is synchronous by nature computes on the host while a device is in use", async () => {
  await onDevice(async () => {
    const and = new Perceptron(2), X = [[0, 0], [0, 1], [1, 0], [1, 1]];
    assertEquals(and.fit(X, [0, 0, 0, 1]).converged, true);
    assertEquals(and.predict([1, 1]), 1);

    assertEquals(kMeans([1, 2, 3, 11, 13], 2, { init: [1, 13] }).centers.array(), [[2], [12]]);
    const points = Array.from({ length: 20 }, (_, i) => i / 20);
    for (const solve of ["gradient-descent", "least-squares"] as const) {
      const net = new RBFNet({ k: 4, seed: 1, epochs: 5 });
      net.fit(points, points, { solve });
      assertEquals(net.predict([0.5]).dataSync().length, 1);
    }

    const mlp = new MultilayerPerceptron([2, 4, 1], { seed: 1 });
    const { cost } = await mlp.fit(X, [[0], [1], [1], [0]], {
      epochs: 3,
      batchSize: 2,
      validation: 0.5,
    });
    assertEquals(cost.length, 3);
    assertEquals(typeof mlp.accuracy([0, 1, 1, 0], mlp.predict(X)), "number");

    const rnn = new CharRNN("to be or not to be ".repeat(3), {
      hiddenSize: 4,
      seqLength: 5,
      seed: 1,
    });
    await rnn.fit({ epochs: 1 });
    assertGreater(rnn.loss("to be", "o be ").loss, 0);
    assertEquals(rnn.sample("to", 4).length, 4);

    assert(psnr([0, 0], [0.1, -0.1]) > 19);
  });
});

for (const predict of ["all", "next"] as const) {
  Deno.test(`a text generator (${predict}) learns, is validated and writes on a device`, async () => {
    const run = async () => {
      const generator = textGenerator("the cat sat on the mat. ".repeat(8), {
        hiddenSize: 5,
        seqLength: 6,
        batchSize: 4,
        predict,
        validationSplit: 0.25,
        seed: 1,
      });
      const { history } = await generator.train({ epochs: 2, verbose: 0 });
      const written = (await collect(generator.stream("the ", 12, { seed: 3 }))).join("");
      return { losses: [...history.loss, ...history.valLoss], written };
    };
    const right = await onReference(run), found = await onDevice(run);
    assertEquals(found.written, right.written);
    assertEquals(found.losses.length, 4);
    found.losses.forEach((loss, i) => assertAlmostEquals(loss, right.losses[i], 1e-6));
    await onDevice(() => {
      const generator = textGenerator("abcabcabc", { hiddenSize: 2, seqLength: 3, seed: 1 });
      assertThrows(() => generator.sample("a", 2), BackendError, "Read stream()");
    });
  });
}
