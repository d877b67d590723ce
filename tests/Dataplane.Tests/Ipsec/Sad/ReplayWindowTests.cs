using IpsecDp.Ipsec.Sad;

namespace Dataplane.Tests.Ipsec.Sad;

/// <summary>The window against a set that remembers every number ever accepted.</summary>
public sealed class ReplayWindowTests
{
    // Twelve windows of these: over two million numbers in all.
    private const int NumbersPerWindow = 180_000;
    private const ulong Cycle = 1UL << 32;

    public static TheoryData<int, bool> Windows()
    {
        var data = new TheoryData<int, bool>();
        foreach (var size in new[] { 32, 64, 1000, 1024, 4096, 65536 })
        {
            data.Add(size, false);
            data.Add(size, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void TryAccept_RandomNumbers_AgreesWithSet(int size, bool isExtended)
    {
        var random = new Random(size + (isExtended ? 1 : 0));
        // Extended numbers start just below a wrap of the low half, so that the run crosses it.
        var start = isExtended ? Cycle - 5000 : 0;
        var window = new ReplayWindow(size, isExtended, start);
        var oracle = new ReplayOracle(size, start);
        for (var i = 0; i < NumbersPerWindow; i++)
        {
            var number = Next(random, oracle.Highest, size);
            Assert.Equal(oracle.Infer((uint)number), window.TryInfer((uint)number, out var inferred) ? (ulong?)inferred : null);
            var may = oracle.MayAccept(number);
            Assert.True(may == window.MayAccept(number), $"look at {number}, highest {oracle.Highest}");
            Assert.True(oracle.Accept(number) == window.TryAccept(number), $"accept {number}, highest {oracle.Highest}");
        }

        Assert.Equal(oracle.Highest, window.Highest);
        Assert.Equal(oracle.Lost, window.Lost);
        Assert.True(oracle.Lost > 0);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(65536)]
    public void TryAccept_EdgesOfWindow_AreExact(int size)
    {
        var window = new ReplayWindow(size, isExtended: false);
        var highest = 3UL * (ulong)size;
        Assert.False(window.TryAccept(0));
        Assert.True(window.TryAccept(highest));
        Assert.True(window.TryAccept(highest - (ulong)size + 1), "W-1 behind");
        Assert.False(window.TryAccept(highest - (ulong)size + 1), "W-1 behind, again");
        Assert.False(window.TryAccept(highest - (ulong)size), "W behind");
        Assert.False(window.TryAccept(highest - (ulong)size - 1), "W+1 behind");
        Assert.Equal(highest, window.Highest);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(1000)]
    [InlineData(4096)]
    public void TryAccept_JumpOfTwoWindowsAndOfHalfTheNumbers_ForgetsAndCountsLost(int size)
    {
        var window = new ReplayWindow(size, isExtended: false);
        Assert.True(window.TryAccept(1));
        var far = 1 + 2 * (ulong)size;
        Assert.True(window.TryAccept(far));
        Assert.True(window.TryAccept(far - 1), "bits of the former window must be gone");
        var farther = far + (1UL << 31);
        Assert.True(window.TryAccept(farther));
        Assert.False(window.MayAccept(far));
        Assert.True(window.TryAccept(farther - (ulong)size + 1));
        // All that left the window, less the three that were seen.
        Assert.Equal((long)(farther - (ulong)size) - 3, window.Lost);
    }

    [Fact]
    public void TryInfer_CaseA_ChoosesTheStretchOfTheWindow()
    {
        var window = new ReplayWindow(64, isExtended: true, highest: 5 * Cycle + 1000);
        Assert.True(window.TryInfer(1000 - 63, out var bottom));
        Assert.Equal(5 * Cycle + 1000 - 63, bottom);
        Assert.True(window.TryInfer(1000 - 64, out var below));
        Assert.Equal(6 * Cycle + 1000 - 64, below);
        Assert.True(window.TryInfer(uint.MaxValue, out var above));
        Assert.Equal(5 * Cycle + uint.MaxValue, above);
    }

    [Fact]
    public void TryInfer_CaseB_ReachesBackOverTheWrap()
    {
        var window = new ReplayWindow(64, isExtended: true, highest: 5 * Cycle + 10);
        Assert.True(window.TryInfer(uint.MaxValue, out var behind));
        Assert.Equal(4 * Cycle + uint.MaxValue, behind);
        Assert.True(window.TryInfer(unchecked((uint)(10 - 63)), out var bottom));
        Assert.Equal(5 * Cycle + 10 - 63, bottom);
        Assert.True(window.TryInfer(unchecked((uint)(10 - 64)), out var beyond));
        Assert.Equal(5 * Cycle + (Cycle + 10 - 64), beyond);
    }

    [Fact]
    public void TryInfer_BeforeTheFirstNumber_IsRefused()
    {
        var window = new ReplayWindow(64, isExtended: true, highest: 10);
        Assert.False(window.TryInfer(uint.MaxValue, out _));
        Assert.True(window.TryInfer(5, out var number));
        Assert.Equal(5UL, number);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void TryAcceptRun_AmongSingleNumbers_IsWhatTheNumbersAreOneByOne(int size, bool isExtended)
    {
        var random = new Random(size);
        var start = isExtended ? Cycle - 5000 : 0;
        var (window, single) = (new ReplayWindow(size, isExtended, start), new ReplayWindow(size, isExtended, start));
        for (var round = 0; round < 2000; round++)
        {
            var (first, count) = (window.Highest + 1, random.Next(1, 130));
            Assert.True(window.TryAcceptRun(first, count));
            Assert.All(Enumerable.Range(0, count), i => Assert.True(single.TryAccept(first + (ulong)i)));
            for (var i = 0; i < 5; i++)
            {
                var number = Next(random, window.Highest, size);
                Assert.Equal(single.TryAccept(number), window.TryAccept(number));
            }

            Assert.Equal((single.Highest, single.Lost), (window.Highest, window.Lost));
        }

        Assert.True(window.Lost > 0);
    }

    [Fact]
    public void TryAcceptRun_NotBehindTheHighest_IsRefusedAndMarksNothing()
    {
        var window = new ReplayWindow(64, isExtended: false, highest: 100);
        Assert.False(window.TryAcceptRun(100, 3));
        Assert.False(window.TryAcceptRun(102, 3));
        Assert.Equal(100UL, window.Highest);
        Assert.True(window.MayAccept(101));
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void IsNextStretch_AnyNumber_IsOneThatWouldBeInferredAndTaken(int size, bool isExtended)
    {
        var random = new Random(size + 7);
        for (var round = 0; round < 20_000; round++)
        {
            var highest = (isExtended ? (ulong)random.Next(3) * Cycle : 0) + (ulong)random.NextInt64(isExtended ? (long)Cycle : 1L << 30);
            var window = new ReplayWindow(size, isExtended, highest);
            var number = highest + (ulong)random.NextInt64(1, isExtended ? 1L << 31 : 1L << 30);
            Assert.True(window.IsNextStretch(number));
            Assert.True(window.TryInfer((uint)number, out var inferred));
            Assert.Equal(number, inferred);
            Assert.True(window.MayAccept(number));
            Assert.False(window.IsNextStretch(highest - Math.Min(highest, (ulong)random.Next(size))));
        }

        Assert.False(new ReplayWindow(size, isExtended, 5).IsNextStretch(6 + (1UL << 31)));
    }

    [Fact]
    public void TryAccept_OldestInFlight_IsTooLateOnceAnotherAdvanced()
    {
        // Two packets pass the cheap look; the first to be judged makes the second too old.
        var window = new ReplayWindow(64, isExtended: true, highest: Cycle - 10);
        Assert.True(window.MayAccept(Cycle - 9));
        Assert.True(window.MayAccept(Cycle + 60));
        Assert.True(window.TryAccept(Cycle + 60));
        Assert.False(window.TryAccept(Cycle - 9));
    }

    [Fact]
    public void Size_Off_AcceptsEverythingAndRemembersTheHighest()
    {
        var window = new ReplayWindow(0, isExtended: false);
        Assert.True(window.TryAccept(7));
        Assert.True(window.TryAccept(7));
        Assert.True(window.MayAccept(1));
        Assert.Equal(7UL, window.Highest);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayWindow(31, isExtended: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayWindow(65537, isExtended: false));
    }

    [Fact]
    public void MayAccept_ReadersBesideTheWriter_NeverRefuseAFreshNumber()
    {
        var window = new ReplayWindow(1024, isExtended: false);
        var isDone = false;
        var wronglyRefused = 0;
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref isDone))
            {
                // Ahead of everything the writer will ever write.
                if (!window.MayAccept(10_000_000))
                {
                    Interlocked.Increment(ref wronglyRefused);
                }
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        for (var number = 1UL; number <= 200_000; number++)
        {
            Assert.True(window.TryAccept(number));
            Assert.False(window.TryAccept(number));
        }

        Volatile.Write(ref isDone, true);
        readers.ForEach(reader => reader.Join());
        Assert.Equal(0, wronglyRefused);
        Assert.Equal(0, window.Lost);
    }

    private static ulong Next(Random random, ulong highest, int size)
    {
        var dice = random.Next(1000);
        var back = (ulong)random.Next(size + size / 4 + 2);
        return dice switch
        {
            < 500 => highest + (ulong)random.Next(1, 4),
            < 990 => highest > back ? highest - back : 1,
            < 999 => highest + (ulong)random.Next(1, 64),
            _ => highest + (ulong)random.Next(1, size * 3),
        };
    }

    // Everything accepted is kept; the bottom of the window decides what a low half means (RFC 4303 appendix A2).
    private sealed class ReplayOracle(int size, ulong start)
    {
        private readonly HashSet<ulong> _accepted = [];
        private readonly ulong _start = start;

        public ulong Highest { get; private set; } = start;

        public long Lost { get; private set; }

        public bool MayAccept(ulong number) =>
            number > Highest || (number > _start && Highest - number < (ulong)size && !_accepted.Contains(number));

        public ulong? Infer(uint low)
        {
            if (_start == 0)
            {
                return low;
            }

            var bottom = (Int128)Highest - size + 1;
            var number = bottom + (low - bottom % (long)Cycle + (long)Cycle) % (long)Cycle;
            return number < 0 ? null : (ulong)number;
        }

        public bool Accept(ulong number)
        {
            if (!MayAccept(number))
            {
                return false;
            }

            _accepted.Add(number);
            if (number > Highest)
            {
                // From the former bottom up to what the new one left out.
                var first = Highest < (ulong)size ? 1 : Highest - (ulong)size + 1;
                for (var left = first; left + (ulong)size <= number; left++)
                {
                    Lost += left > _start && !_accepted.Contains(left) ? 1 : 0;
                }

                Highest = number;
            }

            return true;
        }
    }
}
