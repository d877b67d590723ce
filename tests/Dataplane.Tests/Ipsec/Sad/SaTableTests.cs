using IpsecDp.Crypto;
using IpsecDp.Crypto.Simd;
using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;

namespace Dataplane.Tests.Ipsec.Sad;

public sealed class SaTableTests
{
    private const int Million = 1_000_000;
    private const uint FirstSpi = 0x1000;

    [Fact]
    public void Table_AMillionAssociations_AreFoundRemovedAndSmall()
    {
        var model = TestSa.Model(FirstSpi, "192.0.2.1", "192.0.2.2", false);
        var crypto = new CryptoEngines(new SimdEngine());
        var tunnel = new Tunnel("many", 1);
        var table = new SaTable();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0U; i < Million; i++)
        {
            // Keys are the model's and would be shared by nobody; they are measured apart below.
            var own = model with { Spi = FirstSpi + i };
            Assert.True(table.TryAdd(new InboundSa(own, new SaTransform(own, crypto), tunnel, 0, TimeProvider.System)));
        }

        var octetsEach = (GC.GetTotalMemory(forceFullCollection: true) - before) / Million;
        Assert.Equal(Million, table.Count);
        // Tests beside this one have memory of their own in the sum.
        Assert.True(octetsEach < 1000, $"an installed SA takes {octetsEach} octets without its keys");

        Assert.False(table.TryAdd(new InboundSa(model, new SaTransform(model, crypto), tunnel, 0, TimeProvider.System)));
        for (var i = 0U; i < Million; i++)
        {
            Assert.True(table.TryFind(SaProtocol.Esp, FirstSpi + i, out var sa) && sa.Model.Spi == FirstSpi + i);
        }

        Assert.False(table.TryFind(SaProtocol.Esp, FirstSpi + Million, out _));
        Assert.False(table.TryFind(SaProtocol.Ah, FirstSpi, out _));
        for (var i = 0U; i < Million; i++)
        {
            Assert.True(table.TryRemove(SaProtocol.Esp, FirstSpi + i, out _));
        }

        Assert.Equal(0, table.Count);
        Assert.False(table.TryRemove(SaProtocol.Esp, FirstSpi, out _));
    }
}
