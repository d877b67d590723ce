using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Host.Measure.Namespaces;

namespace EndToEnd.Tests.Measure;

/// <summary>Who lost the missing packets of a trial.</summary>
public sealed class LossBooksTests
{
    private static KernelDrops None => default;

    [Fact]
    public void Name_ExactCounts_AreTold()
    {
        var lost = LossBooks.Name(17, (10, 2), [new("host A: Replayed", 4)], (None with { TunQueueFull = 1 }, None));

        Assert.Equal(17, lost.Values.Sum());
        Assert.Equal((10, 2, 4, 1), (lost["at the full ring of the load"], lost["refused by host A's kernel"], lost["host A: Replayed"], lost["at the full queue of host A's TUN interface"]));
    }

    [Fact]
    public void Name_OneQueueOfSuperframes_LostAllThatIsMissing()
    {
        var lost = LossBooks.Name(80, (0, 0), [], (None with { TunQueueFull = 2 }, None));

        Assert.Equal(80, Assert.Single(lost).Value);
    }

    [Fact]
    public void Name_TwoQueues_AreTakenApartOnlyWhereTheCountsAreOfPackets()
    {
        var kernels = (None with { TunQueueFull = 2 }, None with { SocketFull = 3 });

        Assert.Equal((2, 3), (LossBooks.Name(5, (0, 0), [], kernels)["at the full queue of host A's TUN interface"], LossBooks.Name(5, (0, 0), [], kernels)["at full sockets of host B"]));
        Assert.Equal(80, LossBooks.Name(80, (0, 0), [], kernels)[LossBooks.Kernels]);
    }

    // The twin: nobody counted, so nobody is named, and the packets stay unaccounted for.
    [Fact]
    public void Name_NobodyCounted_NamesNobody() => Assert.Empty(LossBooks.Name(5, (0, 0), [], (None, None)));

    [Fact]
    public void Name_CountsOfPacketsBesideTheLoad_NeverExceedWhatIsMissing()
    {
        var lost = LossBooks.Name(3, (0, 0), [new("host A: NoRule", 9)], (None with { TunQueueFull = 7 }, None));

        Assert.Equal(3, Assert.Single(lost).Value);
    }
}
