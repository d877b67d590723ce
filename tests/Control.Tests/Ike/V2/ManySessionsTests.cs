using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Control.Tests.Ike.V2;

[Collection(nameof(Kit.AloneCollection))]
public sealed class ManySessionsTests
{
    private const int Sessions = 1_000;

    // 50,000 of them are to fit 250 MB: 5,000 octets each, at either end.
    [Fact]
    public void Sessions_Established_TakeFiveThousandOctetsAtMost()
    {
        using var ends = Ends();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Establish(ends);
        foreach (var end in new[] { ends.Left, ends.Right })
        {
            end.Events.Clear();
            end.Inbound.Clear();
            end.Outbound.Clear();
        }

        ends.Sent.Clear();
        ends.Transcript.Clear();
        var after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.InRange((after - before) / (2.0 * Sessions), 500, 5_000);
        Assert.Equal(Sessions, ends.Right.Endpoint.Established.Count);
    }

    private static void Establish(LinkedEndpoints ends)
    {
        for (var i = 0; i < Sessions; i++)
        {
            ends.Order(ends.Left, new IkeCommand.Initiate($"peer{i}", "net"));
        }

        ends.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(Sessions, ends.Left.Of<IkeEvent.IkeSaEstablished>().Count());
    }

    private static LinkedEndpoints Ends()
    {
        var left = Given.Connection(true);
        var right = Given.Connection(false) with { RemoteId = new IdPattern.HostsOf("example") };
        var limits = new LimitsModel { CookiesFrom = Sessions, HalfOpen = Sessions, HalfOpenOfOnePeer = Sessions };
        return new(
            new IkeModel { Connections = [.. Enumerable.Range(0, Sessions).Select(i => Named(left, i))] },
            Given.Model(right) with { Limits = limits });
    }

    private static ConnectionModel Named(ConnectionModel model, int i) => model with
    {
        Name = $"peer{i}",
        LocalId = IkeId.OfHost($"h{i}.example"),
        Own = new IpAddress(Given.LeftAddress.Value + (uint)(256 * (i + 1)), IpVersion.V4),
        Local = [AddressRange.AnyV4],
    };
}
