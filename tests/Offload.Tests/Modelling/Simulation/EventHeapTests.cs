using IpsecDp.Modelling.Simulation;

namespace Offload.Tests.Modelling.Simulation;

public sealed class EventHeapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Events_come_by_time_and_those_of_one_time_in_order(int seed)
    {
        var dice = new Random(seed);
        var heap = new EventHeap();
        var added = Enumerable.Range(0, 5000).Select(subject => (Time: (double)dice.Next(200), Subject: subject)).ToArray();
        foreach (var (time, subject) in added)
        {
            heap.Add(time, EventKind.Step, subject, 0);
        }

        var taken = added.Select(_ => heap.Take()).Select(happened => (happened.Time, happened.Subject)).ToArray();
        Assert.Equal(added.OrderBy(each => each.Time).ThenBy(each => each.Subject), taken);
        Assert.Equal(0, heap.Count);
    }
}
