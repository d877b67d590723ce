namespace IpsecDp.Engines;

/// <summary>As what class a lane's jobs are queued. A lane delivers in order, so an important job behind a lesser one in the lane gains nothing by being run first: for a while after an important job the whole lane is as important as that job was.</summary>
internal static class LaneImportance
{
    /// <summary>Jobs of lesser classes that ride along after an important one.</summary>
    public const byte Memory = 64;

    /// <summary>The class the next job of a lane is queued as; asked in the order in which jobs are opened. The lane keeps the two octets, which begin as 0.</summary>
    public static ServiceClass Next(ServiceClass own, ref byte latest, ref byte left)
    {
        if (left > 0 && (byte)own > latest)
        {
            left--;
            return (ServiceClass)latest;
        }

        (latest, left) = ((byte)own, Memory);
        return own;
    }
}
