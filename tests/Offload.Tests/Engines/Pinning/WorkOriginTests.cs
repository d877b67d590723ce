using IpsecDp.Engines.Pinning;

namespace Offload.Tests.Engines.Pinning;

public class WorkOriginTests
{
    private const int Superframe = 60_000;
    private const int Plenty = 1000;

    [Fact]
    public void TryMove_FirstJob_IsTheOrigin()
    {
        var origin = new WorkOrigin();
        Assert.Equal(ThreadBinding.None, origin.Processor);
        Assert.True(origin.TryMove(3, 1));
        Assert.Equal(3, origin.Processor);
    }

    [Fact]
    public void TryMove_UnboundThread_HasNoVote()
    {
        var origin = new WorkOrigin();
        Assert.Equal(0, Moves(origin, Plenty, ThreadBinding.None));
        Assert.Equal(ThreadBinding.None, origin.Processor);
    }

    [Fact]
    public void TryMove_AcknowledgementsBetweenData_StaysWithTheData()
    {
        var origin = new WorkOrigin();
        origin.TryMove(1, 1500);
        for (var round = 0; round < Plenty; round++)
        {
            origin.TryMove(0, Superframe);
            origin.TryMove(1, 1500);
        }

        Assert.Equal(0, origin.Processor);
        Assert.False(origin.TryMove(1, 1500));
    }

    [Fact]
    public void TryMove_DirectionTurns_FollowsOnce()
    {
        var origin = new WorkOrigin();
        Assert.Equal(1, Moves(origin, Plenty, 0));
        Assert.Equal(1, Moves(origin, Plenty, 1));
        Assert.Equal(1, origin.Processor);
    }

    [Fact]
    public void TryMove_BothDirectionsAlike_MovesSeldom()
    {
        var origin = new WorkOrigin();
        Moves(origin, Plenty, 0);
        Assert.Equal(0, Moves(origin, Plenty, 1, 0));
    }

    private static int Moves(WorkOrigin origin, int rounds, params int[] processors) =>
        Enumerable.Range(0, rounds).Sum(_ => processors.Count(processor => origin.TryMove(processor, Superframe)));
}
