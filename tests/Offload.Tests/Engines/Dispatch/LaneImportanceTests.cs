using IpsecDp.Engines;

namespace Offload.Tests.Engines.Dispatch;

/// <summary>As what class a lane's jobs wait, and that order inside a lane holds whatever their classes are.</summary>
public class LaneImportanceTests
{
    [Fact]
    public void Next_AfterAnImportantJob_TheLaneRidesAlongForAWhile()
    {
        var (latest, left) = ((byte)0, (byte)0);
        Assert.Equal(ServiceClass.Tcp, LaneImportance.Next(ServiceClass.Tcp, ref latest, ref left));
        Assert.Equal(ServiceClass.EeHigh, LaneImportance.Next(ServiceClass.EeHigh, ref latest, ref left));
        for (var job = 0; job < LaneImportance.Memory; job++)
        {
            Assert.Equal(ServiceClass.EeHigh, LaneImportance.Next(ServiceClass.Tcp, ref latest, ref left));
        }

        Assert.Equal(ServiceClass.Tcp, LaneImportance.Next(ServiceClass.Tcp, ref latest, ref left));
    }

    [Fact]
    public void Next_LaneOfOneClass_IsThatClass()
    {
        var (latest, left) = ((byte)0, (byte)0);
        Assert.All(Enumerable.Range(0, 200), _ => Assert.Equal(ServiceClass.Unclassified, LaneImportance.Next(ServiceClass.Unclassified, ref latest, ref left)));
    }

    [Fact]
    public void Lane_JobsOfAllClassesOnTwoEngines_KeepsItsOrder()
    {
        using var scene = new PoolScene(2);
        var random = new Random(7);
        var oracle = new LaneOracle();
        for (var job = 0; job < 20_000; job++)
        {
            var own = new OracleJob { ServiceClass = (ServiceClass)random.Next(ServiceClasses.Count) };
            oracle.Admit(own);
            scene.Pool.Submit(own);
        }

        Assert.True(oracle.Lane.Drain(Timeout.InfiniteTimeSpan));
        Assert.Equal((20_000L, 0L), (oracle.Delivered, oracle.Disorders));
    }
}
