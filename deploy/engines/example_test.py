"""Tests of the example engine: `python3 -m unittest discover -s deploy/engines -p '*_test.py'`."""

import array
import json
import math
import subprocess
import sys
import tempfile
import unittest
import wave
from pathlib import Path

from bounce import ball, measures
from bounce.files import FPS, FRAMES, RATE, SAMPLES, SIZE, Refused, chunks, read_avi, write_avi

ENGINE = Path(__file__).with_name("example.py")
TEXT = "a large blue ball bounces three times with a high bell sound"


def clip(seed: int, flaws: float, text: str = TEXT):
    made = ball.plan(text, seed, flaws)
    return ball.draw(made, seed), ball.play(made, seed), made


def answers(*lines) -> list[dict]:
    """Starts the engine, sends it the lines, closes its stdin and returns what it said."""
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    child = subprocess.run([sys.executable, ENGINE], input=text, capture_output=True, text=True)
    if child.returncode:
        raise AssertionError(child.stderr)
    return [json.loads(line) for line in child.stdout.splitlines()]


def run(folder, kind: str, name: str, **more) -> dict:
    return {"type": "run", "task": "t1", "attempt": 1, "kind": kind, "name": name,
            "prompt": {"id": "p1", "text": TEXT}, "seed": "7", "ordinal": 0, "params": {},
            "folder": str(folder)} | more


class WithFolder(unittest.TestCase):
    def setUp(self):
        keep = tempfile.TemporaryDirectory()
        self.addCleanup(keep.cleanup)
        self.folder = Path(keep.name)


class Clips(WithFolder):
    def test_a_written_clip_reads_back_bit_for_bit(self):
        frames, samples, _ = clip(seed=3, flaws=1)
        write_avi(self.folder / "a.avi", frames, samples)
        self.assertEqual(read_avi(str(self.folder / "a.avi")), (frames, samples))

    def test_the_index_of_a_clip_points_at_its_chunks(self):
        frames, samples, _ = clip(seed=3, flaws=1)
        write_avi(self.folder / "a.avi", frames, samples)
        data = (self.folder / "a.avi").read_bytes()
        movie = data.index(b"movi")
        index = next(body for name, body in chunks(data, 0, len(data)) if name == b"idx1")
        self.assertEqual(len(index), 16 * 2 * FRAMES)
        for entry in range(0, len(index), 16):
            at = movie + int.from_bytes(index[entry + 8:entry + 12], "little")
            self.assertEqual(data[at:at + 4], index[entry:entry + 4])

    def test_a_clip_cut_short_is_refused(self):
        frames, samples, _ = clip(seed=3, flaws=1)
        write_avi(self.folder / "a.avi", frames, samples)
        whole = (self.folder / "a.avi").read_bytes()
        (self.folder / "a.avi").write_bytes(whole[:len(whole) // 2])
        with self.assertRaises(Refused):
            read_avi(str(self.folder / "a.avi"))

    def test_one_seed_is_one_clip(self):
        self.assertEqual(clip(seed=9, flaws=1)[:2], clip(seed=9, flaws=1)[:2])
        self.assertNotEqual(clip(seed=9, flaws=1)[0], clip(seed=10, flaws=1)[0])

    def test_the_prompt_decides_colour_count_pitch_and_timbre(self):
        made = ball.plan("A GREEN ball bounces twice with a low drum sound", seed=1, flaws=0)
        self.assertEqual(made["colour"], ball.COLOURS["green"])
        self.assertEqual((len(made["impacts"]), made["timbre"]), (2, "drum"))
        self.assertAlmostEqual(made["pitch"], 260, delta=25)


class Measures(unittest.TestCase):
    def test_impacts_and_onsets_are_where_they_were_put(self):
        for words in ("once with a low bell", "twice with a middle buzz", "three times high drum"):
            for seed in range(3):
                text = f"a small white ball bounces {words}"
                frames, samples, made = clip(seed, 0, text)
                with self.subTest(text=text, seed=seed):
                    seen, heard = measures.impacts(frames), measures.onsets(samples)
                    self.assertEqual(len(seen), len(made["impacts"]))
                    self.assertEqual(len(heard), len(made["impacts"]))
                    for at, found, sound in zip(made["impacts"], seen, heard):
                        self.assertAlmostEqual(at, found, delta=0.02)
                        self.assertAlmostEqual(at, sound, delta=0.02)
                    self.assertEqual(measures.coherence(seen, heard), 1.0)

    def test_each_flaw_lowers_its_measure(self):
        clean = ball.plan(TEXT, 5, flaws=0)
        video = lambda **change: ball.draw(clean | change, 5)
        audio = lambda **change: ball.play(clean | change, 5)
        late = [t + 0.1 for t in clean["impacts"]]
        seen = measures.impacts(video())
        gap = lambda **change: measures.offset(seen, measures.onsets(audio(**change)))
        sharp, clear, moved = measures.sharpness, measures.clarity, measures.motion
        self.assertGreater(sharp(video()), 1.5 * sharp(video(edge=8)))
        self.assertGreater(moved(video()), 1.5 * moved(video(height=0.5)))
        self.assertGreater(clear(audio()), 1.2 * clear(audio(haze=0.1)))
        self.assertLess(gap(), 0.02)
        self.assertAlmostEqual(gap(sounds=late), 0.1, delta=0.02)
        self.assertEqual(measures.coherence(seen, measures.onsets(audio(sounds=late))), 0)

    def test_half_the_amplitude_is_six_decibels_less(self):
        loud = array.array("h", [8000, -8000] * 100)
        soft = array.array("h", [4000, -4000] * 100)
        self.assertAlmostEqual(measures.loudness(loud) - measures.loudness(soft), 6.02, places=2)

    def test_silence_and_stillness_have_no_value(self):
        silence = array.array("h", bytes(2 * SAMPLES))
        still = [bytes(SIZE * SIZE * 3)] * FRAMES
        self.assertTrue(math.isnan(measures.loudness(silence)))
        self.assertTrue(math.isnan(measures.clarity(silence)))
        self.assertTrue(math.isnan(measures.offset(measures.impacts(still), [1.0])))
        self.assertEqual(measures.motion(still), 0)


class Protocol(WithFolder):
    def test_the_engine_says_hello_first_and_ends_when_stdin_closes(self):
        hello, = answers()
        self.assertEqual((hello["type"], hello["protocol"]), ("hello", 1))
        self.assertIn({"kind": "generate", "name": "bouncing-ball@1"}, hello["provides"])

    def test_a_generated_clip_is_ingested_and_scored(self):
        _, loaded, progress, result = answers(
            {"type": "load", "model": "bouncing-ball@1"},
            run(self.folder, "generate", "bouncing-ball@1"))
        self.assertEqual(loaded, {"type": "loaded", "model": "bouncing-ball@1"})
        self.assertEqual((progress["task"], progress["fraction"]), ("t1", 0.5))
        media, = result["media"]
        self.assertEqual(media["role"], "joint")

        other = self.folder / "ground-truth"
        other.mkdir()
        prompt = {"id": "p1", "text": TEXT, "ground_truth": {"video": media["path"]}}
        candidate = {"id": "c1", "media": [media | {"sha256": "0" * 64}]}
        _, copied, scored = answers(
            run(other, "ingest", "ground-truth", prompt=prompt),
            run(self.folder, "score", "example-audio", candidate=candidate,
                outputs=["loudness", "clarity"]))
        self.assertEqual(copied["media"], [{"role": "joint", "path": str(other / "joint.avi")}])
        self.assertEqual((other / "joint.avi").read_bytes(), Path(media["path"]).read_bytes())
        self.assertLess(scored["scores"]["loudness"], 0)
        self.assertTrue(0 < scored["scores"]["clarity"] <= 1)

    def test_video_and_audio_in_separate_files_are_scored_together(self):
        frames, samples, _ = clip(seed=1, flaws=0)
        write_avi(self.folder / "v.avi", frames, array.array("h", bytes(2 * SAMPLES)))
        with wave.open(str(self.folder / "a.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(samples.tobytes())
        media = [{"role": "video", "path": str(self.folder / "v.avi")},
                 {"role": "audio", "path": str(self.folder / "a.wav")}]
        _, result = answers(run(self.folder, "score", "example-sync", outputs=["coherence"],
                                candidate={"id": "c1", "media": media}))
        self.assertEqual(result["scores"], {"coherence": 1.0})

    def test_a_score_without_a_value_says_why(self):
        frames, _, _ = clip(seed=1, flaws=0)
        write_avi(self.folder / "silent.avi", frames, array.array("h", bytes(2 * SAMPLES)))
        media = [{"role": "joint", "path": str(self.folder / "silent.avi")}]
        _, result = answers(run(self.folder, "score", "example-audio", outputs=["loudness"],
                                candidate={"id": "c1", "media": media}))
        self.assertEqual(result["scores"], {"loudness": None})
        self.assertEqual(result["reasons"], {"loudness": "the clip is silent"})

    def test_a_bad_task_is_an_error_and_the_next_one_still_runs(self):
        _, bad, missing, _, good = answers(
            run(self.folder, "generate", "bouncing-ball@1", params={"steps": 50}),
            run(self.folder, "ingest", "x",
                prompt={"id": "p", "text": "", "ground_truth": {"video": "/nowhere.avi"}}),
            run(self.folder, "generate", "bouncing-ball@1", params={"flaws": 0}))
        self.assertEqual((bad["type"], bad["retryable"]), ("error", False))
        self.assertIn("steps", bad["message"])
        self.assertEqual((missing["type"], missing["retryable"]), ("error", True))
        self.assertEqual(good["type"], "result")

    def test_the_largest_seed_is_taken_as_text(self):
        seed = str(2**64 - 1)
        *_, result = answers(run(self.folder, "generate", "bouncing-ball@1", seed=seed))
        frames, samples, _ = clip(seed=2**64 - 1, flaws=1)
        self.assertEqual(read_avi(result["media"][0]["path"]), (frames, samples))
        self.assertEqual(len(frames), FRAMES)
        self.assertEqual(len(samples), RATE * FRAMES // FPS)


if __name__ == "__main__":
    unittest.main()
