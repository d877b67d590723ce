using IpsecDp.Peers.Datagrams;

namespace Peers.Tests.Datagrams;

public class DatagramWindowTests
{
    [Fact]
    public void TryTake_NumbersInAnyOrderAndTwice_AgreesWithASet()
    {
        var dice = new Random(1);
        var window = new DatagramWindow();
        var seen = new HashSet<long>();
        var latest = 0L;
        for (var i = 0; i < 500_000; i++)
        {
            latest += dice.Next(40);
            var number = Math.Max(0, latest - dice.Next(3000));
            Assert.Equal(seen.Add(number), window.TryTake(number));
        }
    }

    [Fact]
    public void TryTake_NumberLongPast_CountsAsCome()
    {
        var window = new DatagramWindow();
        Assert.True(window.TryTake(5_000_000));
        Assert.False(window.TryTake(1));
        Assert.False(window.TryTake(-1));
    }

    [Fact]
    public void Clear_AfterATrial_ForgetsAll()
    {
        var window = new DatagramWindow();
        Assert.True(window.TryTake(7));
        window.Clear();
        Assert.True(window.TryTake(7));
    }
}
