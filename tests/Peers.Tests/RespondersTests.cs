using IpsecDp.Handshakes.Measures;

namespace Peers.Tests;

public sealed class RespondersTests
{
    private readonly StringWriter _output = new();

    [Fact]
    public void Compare_RivalThatIsNotInstalled_IsAbsentInASentenceAndTheProductMeasuredAlone()
    {
        var code = Responders.Compare(() => new(100, 1, 2, 0), () => throw new InvalidOperationException("nobody asks who is absent"), "strongswan is absent: install it", _output);
        Assert.Equal(0, code);
        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal("strongswan is absent: install it", lines[0].TrimEnd());
        Assert.StartsWith("the product, no data plane: 100 (100 to 100) handshakes a second", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void Compare_RivalThatIsThere_IsMeasuredBesideAndAFailedHandshakeIsAFailure(int failed, int code)
    {
        Assert.Equal(code, Responders.Compare(() => new(100, 1, 2, 0), () => new(50, 2, 2, failed), null, _output));
        Assert.Contains("ratio of handshakes a second 2.00 (2.00 to 2.00), of the responder's CPU 0.50", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("absent", _output.ToString(), StringComparison.Ordinal);
    }
}
