using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.TestKit.Line;
using IpsecDp.Wire.Ip;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

public sealed class HostMtusTests
{
    private const int Ways = 8;
    private const int Ip = 20;

    private readonly ManualClock _clock = new();
    private readonly List<IpAddress> _asked = [];

    // A look-up of a route is two system calls: destinations that share a place must not cost one for each packet.
    [Theory]
    [InlineData(2)]
    [InlineData(Ways)]
    public void Destinations_OfOneSet_AreAskedOnceASecondEach(int count)
    {
        using var mtus = Open();
        var destinations = OfOneSet(count);
        for (var second = 1; second <= 3; second++)
        {
            for (var packet = 0; packet < 1000; packet++)
            {
                var destination = destinations[packet % count];
                Assert.Equal(MtuOf(destination) - Ip, mtus.PayloadFor(destination, Ip));
            }

            Assert.Equal(second * count, _asked.Count);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Destinations_MoreThanASetHolds_AreBoundedAndNeverToldTooMuch()
    {
        using var mtus = Open();
        var destinations = OfOneSet(3 * Ways);
        for (var packet = 0; packet < 3000; packet++)
        {
            var destination = destinations[packet % destinations.Count];
            Assert.InRange(mtus.PayloadFor(destination, Ip), 552 - Ip, MtuOf(destination) - Ip);
        }

        Assert.Equal(Ways, _asked.Count);

        // Who is asked about again, when those before are not any more, gets a place.
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(MtuOf(destinations[^1]) - Ip, mtus.PayloadFor(destinations[^1], Ip));
        Assert.Equal(Ways + 1, _asked.Count);
    }

    [Fact]
    public void Route_ThatIsNone_IsTheLinks()
    {
        using var mtus = new HostMtus(1400, _clock, _ => 0);
        Assert.Equal(1400 - Ip, mtus.PayloadFor(OfOneSet(1)[0], Ip));
        Assert.True(mtus.Fits(OfOneSet(1)[0], 1400));
        Assert.False(mtus.Fits(OfOneSet(1)[0], 1401));
    }

    private HostMtus Open() => new(1500, _clock, destination =>
    {
        _asked.Add(destination);
        return MtuOf(destination);
    });

    private static int MtuOf(IpAddress destination) => 1000 + (int)(destination.Value & 0xFF);

    private static List<IpAddress> OfOneSet(int count)
    {
        var set = -1;
        var found = new List<IpAddress>();
        for (var i = 1; found.Count < count; i++)
        {
            Assert.True(IpAddress.TryParse($"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}", out var address));
            set = set < 0 ? HostMtus.SetOf(address) : set;
            if (HostMtus.SetOf(address) == set)
            {
                found.Add(address);
            }
        }

        return found;
    }
}
