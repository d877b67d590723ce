using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Divert;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Packets;
using IpsecDp.TestKit.Ports;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>The product's binding call by call, over the library double and the modelled driver.</summary>
public sealed class BindingTests : IDisposable
{
    private const int LargestPacket = 65575;
    // A clock that stands, for the driver drops what waits for two seconds.
    private readonly DivertKernel _kernel = new(new ManualClock());
    private readonly DoubleDriver? _driver;
    private readonly byte[] _octets = new byte[LargestPacket];
    private readonly WinDivertAddress[] _addresses = new WinDivertAddress[255];

    public BindingTests() => _driver = WinDivertDouble.Hindrance is null ? new DoubleDriver(_kernel) : null;

    public void Dispose() => _driver?.Dispose();

    [Fact]
    public void Open_WrongFilter_SaysWhere()
    {
        var refusal = Assert.Throws<AdapterException>(() => Driver.Open("!(tcp or udp)", WinDivertLayer.Network, 0, WinDivertFlags.None));
        Assert.Contains("parse error at character", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, "only an administrator")]
    [InlineData(654, "another version")]
    [InlineData(1275, "security software")]
    public void Open_Refused_SaysWhatToDo(int error, string sentence)
    {
        Assert.SkipWhen(WinDivertDouble.Hindrance is not null, WinDivertDouble.Hindrance ?? "");
        _kernel.Fail('o', error);
        Assert.Contains(sentence, Assert.Throws<AdapterException>(() => Driver.Open("true", WinDivertLayer.Network, 0, WinDivertFlags.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Receive_MoreThan255Waiting_ComeIn255s()
    {
        using var handle = Driver.Open("outbound", WinDivertLayer.Network, 0, WinDivertFlags.ReceiveOnly);
        for (var i = 0; i < 600; i++)
        {
            _kernel.HostSends(MarkedPacket.Build(i, 100));
        }

        var numbers = new List<int>();
        foreach (var expected in new[] { 255, 255, 90 })
        {
            Assert.Equal(0, handle.Receive(_octets, _addresses, out var octets, out var count));
            Assert.Equal((expected, expected * 100), (count, octets));
            Assert.All(_addresses[..count], address => Assert.Equal((DivertKernel.Interface, true), (address.Interface, address.Has(WinDivertMarks.Outbound))));
            numbers.AddRange(Enumerable.Range(0, count).SelectMany(index => MarkedPacket.ReadNumbers(_octets.AsSpan(index * 100, 100), default)));
        }

        Assert.Equal(Enumerable.Range(0, 600), numbers);
    }

    [Fact]
    public void Receive_PacketLargerThanTheRoom_IsCutAndGone()
    {
        using var handle = Driver.Open("outbound", WinDivertLayer.Network, 0, WinDivertFlags.ReceiveOnly);
        _kernel.HostSends(MarkedPacket.Build(1, 400));
        _kernel.HostSends(MarkedPacket.Build(2, 100));
        Assert.Equal(122, handle.Receive(_octets.AsSpan(0, 300), _addresses, out var octets, out var count));
        Assert.Equal((300, 1), (octets, count));
        Assert.Equal(0, handle.Receive(_octets.AsSpan(0, 300), _addresses, out octets, out count));
        Assert.Equal((100, 1), (octets, count));
    }

    [Fact]
    public void Receive_SecondPacketDoesNotFit_WaitsForTheNextReading()
    {
        using var handle = Driver.Open("outbound", WinDivertLayer.Network, 0, WinDivertFlags.ReceiveOnly);
        _kernel.HostSends(MarkedPacket.Build(1, 200));
        _kernel.HostSends(MarkedPacket.Build(2, 200));
        Assert.Equal((0, 200), (handle.Receive(_octets.AsSpan(0, 300), _addresses, out var octets, out _), octets));
        Assert.Equal((0, 200), (handle.Receive(_octets.AsSpan(0, 300), _addresses, out octets, out _), octets));
    }

    [Fact]
    public void Shutdown_ReceiveBlocked_ComesBackWith232AndQueuedPacketsComeFirst()
    {
        using var handle = Driver.Open("outbound", WinDivertLayer.Network, 0, WinDivertFlags.ReceiveOnly);
        var errors = new List<int>();
        using (new TestThread("reader", () =>
        {
            do
            {
                errors.Add(handle.Receive(_octets, _addresses, out _, out _));
            }
            while (errors[^1] == 0);
        }))
        {
            Assert.True(SpinWait.SpinUntil(() => _kernel.Sessions[0].IsAwaited, TestThread.Patience));
            _kernel.HostSends(MarkedPacket.Build(1, 100));
            Assert.Equal(0, handle.Shutdown(WinDivertShutdown.Receive));
        }

        Assert.Equal([0, 232], errors);
        // Behind the shutdown traffic passes: this is why there is a guard.
        _kernel.HostSends(MarkedPacket.Build(2, 100));
        Assert.Single(_kernel.Wire);
    }

    [Fact]
    public void Dispose_WithPacketsQueued_TheDriverGivesThemBack()
    {
        var handle = Driver.Open("outbound", WinDivertLayer.Network, 0, WinDivertFlags.ReceiveOnly);
        _kernel.HostSends(MarkedPacket.Build(1, 100));
        handle.Dispose();
        Assert.Equal([1], MarkedPacket.ReadNumbers(_kernel.Await(isWire: true, 0), default));
    }

    [Fact]
    public void Queue_Overflowing_LosesTheOldest()
    {
        using var handle = Driver.Open("outbound", WinDivertLayer.Network, 0, WinDivertFlags.ReceiveOnly);
        Assert.Equal(0, handle.Set(WinDivertParameter.QueueLength, 32));
        for (var i = 0; i < 40; i++)
        {
            _kernel.HostSends(MarkedPacket.Build(i, 100));
        }

        Assert.Equal(0, handle.Receive(_octets, _addresses, out _, out var count));
        Assert.Equal((32, 8), (count, _kernel.Overflowed));
        Assert.Equal([8], MarkedPacket.ReadNumbers(_octets.AsSpan(0, 100), default));
    }

    [Theory]
    [InlineData(WinDivertParameter.QueueLength, 31UL, 87)]
    [InlineData(WinDivertParameter.QueueLength, 16384UL, 0)]
    [InlineData(WinDivertParameter.QueueLength, 16385UL, 87)]
    [InlineData(WinDivertParameter.QueueTime, 16000UL, 0)]
    [InlineData(WinDivertParameter.QueueSize, 33554432UL, 0)]
    [InlineData(WinDivertParameter.VersionMajor, 2UL, 87)]
    public void Parameter_Set_KeepsItsBounds(WinDivertParameter parameter, ulong value, int error)
    {
        using var handle = Driver.Open("false", WinDivertLayer.Network, 0, WinDivertFlags.None);
        Assert.Equal(error, handle.Set(parameter, value));
        Assert.Equal(0, handle.Get(parameter, out var read));
        Assert.True(error != 0 || read == value);
    }

    [Fact]
    public void Send_Chain_IsSeenBelowAndByNobodyElse()
    {
        using var top = Driver.Open("outbound", WinDivertLayer.Network, 10, WinDivertFlags.None);
        using var middle = Driver.Open("outbound", WinDivertLayer.Network, 5, WinDivertFlags.None);
        using var equal = Driver.Open("outbound", WinDivertLayer.Network, 5, WinDivertFlags.None);
        _kernel.HostSends(MarkedPacket.Build(1, 100));
        Forward(top);
        // Of equal priorities the later opened is higher.
        Forward(equal);
        Forward(middle);
        Assert.Single(_kernel.Wire);
        Assert.All(_kernel.Sessions, session => Assert.Equal(0, session.Queued));
    }

    [Theory]
    [InlineData(2, 1, 122)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 2, 0)]
    public void Send_AddressesAndPackets_AreHeldAgainstEachOther(int addresses, int packets, int error)
    {
        using var handle = Driver.Open("false", WinDivertLayer.Network, 0, WinDivertFlags.SendOnly);
        var octets = Enumerable.Range(0, packets).SelectMany(number => MarkedPacket.Build(number, 100)).ToArray();
        var address = new WinDivertAddress { Marks = WinDivertMarks.Outbound | WinDivertMarks.Checksums };
        Assert.Equal(error, handle.Send(octets, Enumerable.Repeat(address, addresses).ToArray()));
        // What came before the fault was injected, and packets without an address are not.
        Assert.Single(_kernel.Wire);
    }

    [Fact]
    public void Send_ImpostorWithoutHops_Gives1232AndTheOthersGo()
    {
        using var handle = Driver.Open("false", WinDivertLayer.Network, 0, WinDivertFlags.SendOnly);
        byte[] octets = [.. PacketBuilder.Udp("10.0.0.1", "10.0.0.2", 1, 2).HopLimit(1).Payload(20).Build(), .. PacketBuilder.Udp("10.0.0.1", "10.0.0.2", 1, 2).HopLimit(5).Payload(20).Build()];
        var address = new WinDivertAddress { Marks = WinDivertMarks.Outbound | WinDivertMarks.Checksums | WinDivertMarks.Impostor };
        Assert.Equal(1232, handle.Send(octets, [address, address]));
        Assert.Equal(4, Assert.Single(_kernel.Wire)[8]);
    }

    [Theory]
    [InlineData(122)]
    [InlineData(232)]
    [InlineData(995)]
    [InlineData(1232)]
    [InlineData(1450)]
    public void Error_OfEitherCall_ComesThroughTheBinding(int error)
    {
        using var handle = Driver.Open("false", WinDivertLayer.Network, 0, WinDivertFlags.None);
        _kernel.Fail('s', error);
        Assert.Equal(error, handle.Send(MarkedPacket.Build(1, 100), [new WinDivertAddress { Marks = WinDivertMarks.Outbound }]));
        _kernel.Fail('r', error);
        Assert.Equal(error, handle.Receive(_octets, _addresses, out _, out _));
    }

    private DoubleDriver Driver
    {
        get
        {
            Assert.SkipWhen(_driver is null, WinDivertDouble.Hindrance ?? "");
            return _driver!;
        }
    }

    private void Forward(IDivertHandle handle)
    {
        Assert.Equal(0, handle.Receive(_octets, _addresses, out var octets, out var count));
        Assert.Equal(1, count);
        Assert.Equal(0, handle.Send(_octets.AsSpan(0, octets), _addresses.AsSpan(0, count)));
    }
}
