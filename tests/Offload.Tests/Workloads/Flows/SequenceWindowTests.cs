using IpsecDp.Workloads;
using IpsecDp.Workloads.Flows;

namespace Offload.Tests.Workloads.Flows;

public sealed class SequenceWindowTests
{
    [Fact]
    public void Accept_RandomNumbers_AgreesWithASetThatRemembersAll()
    {
        var random = new Random(11);
        var window = new SequenceWindow();
        var seen = new HashSet<long>();
        var highest = -1L;
        for (var round = 0; round < 1_000_000; round++)
        {
            var number = Math.Max(0, highest + random.Next(-9000, random.Next(2) == 0 ? 3 : 40));
            var expected = number > highest ? ArrivalVerdict.Delivered
                : number <= highest - 8192 || seen.Contains(number) ? ArrivalVerdict.Duplicate
                : ArrivalVerdict.Reordered;

            Assert.Equal(expected, window.Accept(number));
            seen.Add(number);
            highest = Math.Max(highest, number);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Extend_LowBitsAcrossTheirWrap_FindsTheNearestNumber(int bits)
    {
        var window = new SequenceWindow();
        var wrap = 1L << bits;
        window.Accept(wrap - 10);
        foreach (var number in new[] { wrap - 500, wrap - 11, wrap - 1, wrap, wrap + 700 })
        {
            Assert.Equal(number, window.Extend((uint)(number & (wrap - 1)), bits));
        }
    }
}
