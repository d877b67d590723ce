namespace IpsecDp.Engines;

/// <summary>As what class a lane's jobs are queued. A lane delivers in order, so an important job behind a lesser one in the lane gains nothing by being run first: for a while after an important job the whole lane is as important as that job was.</summary>
internal struct LaneImportance
{
    /// <summary>Jobs of lesser classes that ride along after an important one.</summary>
    public const int Memory = 64;

    private ServiceClass _class;
    private int _left;

    /// <summary>The class the next job of the lane is queued as; in the order in which jobs are opened.</summary>
    public ServiceClass Next(ServiceClass own)
    {
        if (_left > 0 && own > _class)
        {
            _left--;
            return _class;
        }

        (_class, _left) = (own, Memory);
        return own;
    }
}
