using System.Globalization;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;

namespace Offload.Tests.Engines.Pinning;

public class PinningTests
{
    [Fact]
    public void Linux_Pinned_MayRunOnThatProcessorOnly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sched_setaffinity is Linux's");
        Condition.InParallel(() => PinToLast(new LinuxPinning()));
    }

    [Fact]
    public void Windows_Pinned_IsAccepted()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "SetThreadAffinityMask is Windows's");
        Condition.InParallel(() =>
        {
            var pinning = new WindowsPinning();
            var all = pinning.Allowed();
            Assert.True(pinning.TryPin(all[^1]));
            Assert.True(pinning.TryRelease(all));
            Assert.Equal(ThreadBinding.None, ThreadBinding.Processor);
        });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(63)]
    [InlineData(64)]
    public void Windows_ProcessorThatIsNotThere_IsRefused(int processor)
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "SetThreadAffinityMask is Windows's");
        var pinning = new WindowsPinning();
        Assert.SkipWhen(pinning.Allowed().Contains(processor), "this machine has that processor");
        Condition.InParallel(() => Assert.False(pinning.TryPin(processor)));
    }

    [Fact]
    public void Windows_Allowed_AreProcessorsOfThisMachine()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "GetProcessAffinityMask is Windows's");
        var allowed = new WindowsPinning().Allowed();
        Assert.NotEmpty(allowed);
        Assert.Equal(allowed.Order(), allowed);
        Assert.True(allowed.Count <= Environment.ProcessorCount);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1023)]
    [InlineData(100_000)]
    public void Linux_ProcessorThatIsNotThere_IsRefused(int processor)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sched_setaffinity is Linux's");
        Condition.InParallel(() => Assert.False(new LinuxPinning().TryPin(processor)));
    }

    [Fact]
    public void Engine_ProcessorsGiven_IsPinned()
    {
        var pinning = IThreadPinning.OfThisSystem;
        Assert.SkipWhen(pinning is NoPinning, "this system binds no threads to processors");
        var model = new EnginePoolModel { Engines = 2, Pinning = pinning, Processors = pinning.Allowed() };
        var pool = new EnginePool(model, new CpuLedger());
        pool.Dispose();

        Assert.All(pool.Snapshot().Engines, engine => Assert.True(engine.IsPinned));
    }

    [Fact]
    public void NoPinning_LeavesTheThreadFree() => Assert.False(new NoPinning().TryPin(0) || new NoPinning().TryRelease([0]) || new NoPinning().TryDefer(true));

    [Fact]
    public void Linux_ThreadThatDefers_IsOfTheBatchPolicyUntilItDoesNot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sched_setscheduler is Linux's");
        Condition.InParallel(() =>
        {
            var pinning = new LinuxPinning();
            Assert.False(pinning.TryDefer(false));
            Assert.True(pinning.TryDefer(true));
            Assert.Equal(3, Policy());
            Assert.False(pinning.TryDefer(true));
            Assert.True(pinning.TryDefer(false));
            Assert.Equal(0, Policy());
        });

        // proc(5), stat: the 41st field; the second, a name in brackets, may hold anything.
        static int Policy() => int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[38], CultureInfo.InvariantCulture);
    }

    private static void PinToLast(LinuxPinning pinning)
    {
        var all = pinning.Allowed();
        var last = all[^1];

        Assert.True(pinning.TryPin(last));
        Assert.Equal([last], pinning.Allowed());
        Assert.Equal(last, ThreadBinding.Processor);

        Assert.False(pinning.TryPin(-1));
        Assert.Equal(last, ThreadBinding.Processor);

        Assert.True(pinning.TryRelease(all));
        Assert.Equal(all, pinning.Allowed());
        Assert.Equal(ThreadBinding.None, ThreadBinding.Processor);
    }
}
