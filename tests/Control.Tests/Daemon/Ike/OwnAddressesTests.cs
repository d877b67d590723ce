using Control.Tests.Ike.V2.Kit;
using IpsecDp.Adapters.Sockets;
using IpsecDp.Daemon.Ike;
using IpsecDp.Ike;
using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace Control.Tests.Daemon.Ike;

public sealed class OwnAddressesTests
{
    private static readonly IpAddress Other = Given.Address("192.0.2.77");

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("203.0.113.77", false)]
    public void IsHere_OfAnAddress_SaysWhetherThisHostHasIt(string address, bool isHere) => Assert.Equal(isHere, LocalAddress.IsHere(Given.Address(address)));

    [Fact]
    public void Look_AtAnAddressThatGoes_TellsOnceAndAgainAfterItCameBack()
    {
        var time = new StoppedTime();
        HashSet<IpAddress> here = [Given.LeftAddress, Other];
        List<IkeCommand> told = [];
        var addresses = new OwnAddresses(here.Contains, told.Add, time);
        var model = Given.Model(Given.Connection(true) with { Own = Given.LeftAddress, OtherOwn = [Other] });
        void Look()
        {
            time.Seconds += 2;
            addresses.Look(model);
        }

        Look();
        Assert.Empty(told);
        here.Remove(Other);
        addresses.Look(model);
        Assert.Empty(told);
        Look();
        Look();
        Assert.Equal(new IkeCommand.AddressGone(Other), Assert.Single(told));
        here.Add(Other);
        Look();
        here.Remove(Other);
        Look();
        Assert.Equal([new IkeCommand.AddressGone(Other), new IkeCommand.AddressBack(Other), new IkeCommand.AddressGone(Other)], told);
    }

    [Fact]
    public void Of_ConnectionsWithOneAddressOrWithoutMobike_IsNothing()
    {
        var two = Given.Connection(true) with { Own = Given.LeftAddress, OtherOwn = [Other] };
        Assert.Equal([Given.LeftAddress, Other], OwnAddresses.Of(Given.Model(two)).Order(Comparer<IpAddress>.Create((one, next) => one.Value.CompareTo(next.Value))));
        Assert.Empty(OwnAddresses.Of(Given.Model(two with { TakesMobike = false })));
        Assert.Empty(OwnAddresses.Of(Given.Model(two with { OtherOwn = [] })));
    }

    private sealed class StoppedTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
