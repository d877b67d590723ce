using System.Reflection;
using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.V2;

namespace Control.Tests.Ike.V2;

/// <summary>Message numbers never come round (RFC 7296 §2.2).</summary>
public sealed class MessageNumberTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Numbers_NearlyUsedUp_TheIkeSaIsReplaced(bool ofLeft)
    {
        using var ends = Given.Established();
        var former = ends.Left.Endpoint.Established[0];
        Set(ends, ofLeft, 0xEFFF_FFFF);
        var asking = ofLeft ? ends.Left : ends.Right;
        ends.Order(asking, new IkeCommand.Probe(former));
        ends.Run(TimeSpan.FromSeconds(10));

        Assert.NotEqual(former, Assert.Single(ends.Left.Endpoint.Established));
        Assert.Equal(Assert.Single(ends.Left.Endpoint.Established), Assert.Single(ends.Right.Endpoint.Established));
        Agreed.Hold(ends, children: 1);
        Assert.Empty(ends.Left.Of<IkeEvent.IkeSaClosed>());
    }

    [Fact]
    public void Numbers_FarFromUsedUp_NothingIsReplaced()
    {
        using var ends = Given.Established();
        var former = ends.Left.Endpoint.Established[0];
        Set(ends, ofLeft: true, 0xE000_0000);
        ends.Order(ends.Left, new IkeCommand.Probe(former));
        ends.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(former, Assert.Single(ends.Left.Endpoint.Established));
    }

    [Fact]
    public void Numbers_UsedUp_EndTheIkeSaByName()
    {
        using var ends = Given.Established();
        Set(ends, ofLeft: true, 0xFFFF_FFF0);
        ends.Order(ends.Left, new IkeCommand.Probe(ends.Left.Endpoint.Established[0]));
        ends.Run(TimeSpan.FromSeconds(5));

        Assert.Contains(ends.Left.Of<IkeEvent.Refused>().Concat(ends.Right.Of<IkeEvent.Refused>()), refused => refused.Failure.Fault == IkeFault.NumbersUsedUp);
        Assert.Empty(ends.Left.Endpoint.Established);
        Assert.Empty(ends.Right.Endpoint.Established);
        Assert.Contains(ends.Left.Of<IkeEvent.IkeSaClosed>().Concat(ends.Right.Of<IkeEvent.IkeSaClosed>()), closed => closed.Reason.Contains("numbers", StringComparison.Ordinal));
    }

    // The number after the last is the first again: whoever kept an old request would have it taken twice.
    [Fact]
    public void Window_AfterItsLastNumber_TakesNone()
    {
        using var ends = Given.Established();
        var window = Window(ends.Right);
        Expect(window, uint.MaxValue);
        Assert.Equal(RequestPlace.Expected, window.PlaceOf(uint.MaxValue));
        window.Answer([[1]], default, ends.Right.Turn(ends.Now));
        ends.Right.Take();

        Assert.Equal(RequestPlace.Answered, window.PlaceOf(uint.MaxValue));
        Assert.Equal(RequestPlace.Outside, window.PlaceOf(0));
        Assert.True(window.IsUsedUp);
    }

    private static void Set(LinkedEndpoints ends, bool ofLeft, uint number)
    {
        typeof(MessageWindow).GetProperty(nameof(MessageWindow.NextId))!.SetValue(Window(ofLeft ? ends.Left : ends.Right), number);
        Expect(Window(ofLeft ? ends.Right : ends.Left), number);
    }

    private static void Expect(MessageWindow window, uint number) => typeof(MessageWindow).GetField("_expected", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(window, number);

    private static MessageWindow Window(LinkedEnd end) => end.Endpoint.Host.Index.Sessions.Single().Current!.Window;
}
