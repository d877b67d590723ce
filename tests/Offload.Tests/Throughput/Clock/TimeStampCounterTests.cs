using IpsecDp.Throughput.Clock;

namespace Offload.Tests.Throughput.Clock;

public class TimeStampCounterTests
{
    [Fact]
    public void Parse_Bogomips_IsTwiceTheMegahertz() =>
        Assert.Equal(2.444, TimeStampCounter.Parse(["processor\t: 0", "cpu MHz\t\t: 3400.1", "bogomips\t: 4888.00", "bogomips\t: 1.00"])!.Value, 9);

    [Theory]
    [InlineData("BogoMIPS\t: 50.00")]
    [InlineData("bogomips\t: fast")]
    [InlineData("")]
    public void Parse_NoX86Line_GivesNothing(string line) => Assert.Null(TimeStampCounter.Parse([line]));
}
