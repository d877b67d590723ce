using System.Diagnostics;
using IpsecDp.Engines.Pinning;
using IpsecDp.Host.Measure;

namespace EndToEnd.Tests.Measure;

/// <summary>What others took of the line's processors is told from what its threads took from each other.</summary>
public sealed class ProcessorTurnsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void TakenSince_ThreadsThatShareAProcessor_TakeNothing() =>
        Assert.Equal(0, Taken(("0", 0.5, 0.5), ("0", 0.5, 0.5), ("1", 1, 0)), 1e-9);

    [Fact]
    public void TakenSince_SomebodyElseOnTheirProcessor_TakesWhatNoneOfThemRan() =>
        Assert.Equal(0.4, Taken(("0", 0.3, 0.7), ("0", 0.3, 0.7), ("1", 1, 0)), 1e-9);

    [Fact]
    public void TakenSince_SeveralProcessors_IsOfTheOneThatLostMost() =>
        Assert.Equal(0.3, Taken(("0", 0.9, 0.1), ("1", 0.7, 0.3)), 1e-9);

    // It could have gone elsewhere, so that nobody of its own kept it from running.
    [Fact]
    public void TakenSince_ThreadThatMayRunAnywhere_IsNoKin() =>
        Assert.Equal(0.5, Taken(("0-1", 0.5, 0.5), ("0-1", 0.5, 0.5)), 1e-9);

    [Fact]
    public void TakenSince_BusyProcessBeside_Takes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "schedstat of Linux");
        var processor = IThreadPinning.OfThisSystem.Allowed()[0];
        var taken = 0.0;
        var line = new Thread(() => taken = RunBeside(processor)) { Name = "measured out 9" };
        line.Start();
        line.Join();

        Assert.True(taken > 0.05, $"{taken} s were taken");
    }

    [Fact]
    public void Parse_SchedstatAndStatus_AreSecondsAndProcessors()
    {
        var turns = ProcessorTurns.Parse("12000000000 2500000000 77\n", "Name:\tx\nCpus_allowed_list:\t3\nMems_allowed:\t1\n")!.Value;

        Assert.Equal(new ThreadTurns("3", 12, 2.5), turns);
        Assert.True(turns.IsBound);
        Assert.False((turns with { Processors = "0-3" }).IsBound);
        Assert.All(new[] { "", "12", "1 x 3", "1 -2 3" }, static text => Assert.Null(ProcessorTurns.Parse(text, "Cpus_allowed_list:\t3\n")));
        Assert.Null(ProcessorTurns.Parse("1 2 3", "Name:\tx\n"));
    }

    // A child begins where the thread that starts it is bound; both want the processor until the other took enough.
    private static double RunBeside(int processor)
    {
        Assert.True(IThreadPinning.OfThisSystem.TryPin(processor));
        using var other = Process.Start(new ProcessStartInfo("sh", ["-c", "while :; do :; done"]))!;
        try
        {
            var before = ProcessorTurns.Read()!;
            var started = Stopwatch.GetTimestamp();
            var taken = 0.0;
            while (taken <= 0.05 && Stopwatch.GetElapsedTime(started) < Patience)
            {
                Thread.SpinWait(100_000);
                taken = ProcessorTurns.Read()!.TakenSince(before);
            }

            return taken;
        }
        finally
        {
            other.Kill();
            other.WaitForExit();
        }
    }

    private static double Taken(params (string Processors, double Ran, double Waited)[] since)
    {
        ProcessorTurns At(double share) => new(since.Select((thread, at) => ($"{at}", new ThreadTurns(thread.Processors, 5 + (share * thread.Ran), 7 + (share * thread.Waited)))).ToDictionary());
        return At(1).TakenSince(At(0));
    }
}
