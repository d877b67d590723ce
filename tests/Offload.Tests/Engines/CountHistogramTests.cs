using IpsecDp.Engines;

namespace Offload.Tests.Engines;

public class CountHistogramTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(127, 7)]
    [InlineData(128, 8)]
    [InlineData(long.MaxValue, CountHistogram.Buckets - 1)]
    [InlineData(-5, 0)]
    public void BucketOf_Number_IsItsPowerOfTwo(long value, int bucket)
    {
        Assert.Equal(bucket, CountHistogram.BucketOf(value));
        Assert.True(value <= 0 || CountHistogram.Least(bucket) <= value);
    }

    [Fact]
    public void Since_TwoReadings_LeavesWhatCameBetween()
    {
        var recorder = new CountRecorder();
        recorder.Record(5);
        var earlier = recorder.Read();
        recorder.Record(5);
        recorder.RecordAlone(0);

        var span = recorder.Read().Since(earlier);
        Assert.Equal((2L, 1L, 1L), (span.Total, span[0], span[3]));
        Assert.Equal(3, recorder.Read().Total);
    }

    [Fact]
    public void Of_MoreBucketsThanThereAre_IsRefused() => Assert.Throws<ArgumentException>(() => CountHistogram.Of(new long[CountHistogram.Buckets + 1]));
}
