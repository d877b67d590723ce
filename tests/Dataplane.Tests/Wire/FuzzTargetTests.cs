using IpsecDp.Fuzz;
using IpsecDp.Fuzz.Targets;

namespace Dataplane.Tests.Wire;

public sealed class FuzzTargetTests
{
    private const long Inputs = 100_000;

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_MutatedSeeds_BreakNothing(string name)
    {
        var report = FuzzRunner.Run(FuzzTargets.Find(name), Corpus.Load(Corpus.DefaultFolder, name), Inputs, seed: 20);
        Assert.True(report.Failure is null, $"{report}{Environment.NewLine}{Convert.ToHexString(report.Finding ?? [])}{Environment.NewLine}{report.Failure}");
    }

    /// <summary>The views and parsers of the packet line; a policy is text and may allocate, and so may the whole line for fragments and errors.</summary>
    public static TheoryData<string> WireNames => [.. FuzzTargets.All.OfType<WireTarget>().Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(WireNames))]
    public void Run_WarmTarget_AllocatesNothing(string name)
    {
        var target = FuzzTargets.Find(name);
        var mutator = new InputMutator(Corpus.Load(Corpus.DefaultFolder, name), seed: 3);
        long allocated = 0;
        for (var round = 0; round < 2; round++)
        {
            // The first round loads what loads once.
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 5_000; i++)
            {
                target.Run(mutator.Next());
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Run_ParserThatBreaks_IsFoundAndReplays()
    {
        var target = new BreaksOnTripleZero();
        var report = FuzzRunner.Run(target, [[1, 2, 3, 4, 5, 6, 7, 8]], Inputs, seed: 1);
        Assert.IsType<BrokenPromiseException>(report.Failure);
        Assert.NotNull(FuzzRunner.Replay(target, report.Finding!).Failure);
        Assert.Equal(report.Finding, FuzzRunner.Run(target, [[1, 2, 3, 4, 5, 6, 7, 8]], Inputs, seed: 1).Finding);
    }

    [Fact]
    public void Corpus_Files_AreWhatTheBuilderMakes()
    {
        foreach (var target in SeedPackets.All().GroupBy(seed => seed.Target))
        {
            var expected = target.OrderBy(seed => seed.Name + ".bin", StringComparer.Ordinal).Select(seed => Convert.ToHexString(seed.Octets));
            Assert.Equal(expected, Corpus.Load(Corpus.DefaultFolder, target.Key).Select(Convert.ToHexString));
        }
    }

    private sealed class BreaksOnTripleZero : IFuzzTarget
    {
        public string Name => "breaks";

        public void Run(ReadOnlySpan<byte> input) => Promise.Holds(input.IndexOf((ReadOnlySpan<byte>)[0, 0, 0]) < 0, "no three zeros");
    }
}
